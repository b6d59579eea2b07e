/**
 * What strangers try at a whole node, and that they get nothing by it. Rows of docs/attackers.md that need all
 * protocols at once.
 */
@NullMarked
package io.waxwing.broker.attack;

import org.jspecify.annotations.NullMarked;
