/**
 * A small consortium that changes while it runs: production consensus over epochs, on the production ledger, in virtual
 * time from one seed. Processes die between effects and lose what was not forced. One thread.
 */
@NullMarked
package io.waxwing.testkit.epoch;

import org.jspecify.annotations.NullMarked;
