/**
 * The ledger as consensus sees it: batches that wait, blocks executed before they are final, what a block may hold.
 * Pure; the node's shell gives it what arrived and stores what it made.
 */
@NullMarked
package io.waxwing.ledger.chain;

import org.jspecify.annotations.NullMarked;
