/** A ledger of one validator: the same blocks, votes, execution, log and checkpoints, with n = 1. */
@NullMarked
package io.waxwing.node.solo;

import org.jspecify.annotations.NullMarked;
