/**
 * What a node needs to begin in the middle of a ledger without believing anybody: why a tree is final, piece by piece
 * whether what a peer sends is of that tree, and the state that its leaves make. Pure values and folding; the node that
 * asks and the one that answers are in {@code ledger-node}.
 */
@NullMarked
package io.waxwing.ledger.snapshot;

import org.jspecify.annotations.NullMarked;
