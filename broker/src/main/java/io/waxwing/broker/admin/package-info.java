/** What operators see of the node: health, readiness, build facts, the check of stored data. */
@NullMarked
package io.waxwing.broker.admin;

import org.jspecify.annotations.NullMarked;
