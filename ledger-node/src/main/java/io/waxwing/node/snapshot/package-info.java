/**
 * Snapshots: a node that has nothing fetches the leaves of a final tree from the others instead of executing all blocks
 * ({@link Arrival}, before its ledger is opened; one thread), and every running node serves them
 * ({@link SnapshotServer}, on the verifying pool). What proves them is in {@code ledger-core}'s package
 * {@code snapshot}.
 */
@NullMarked
package io.waxwing.node.snapshot;

import org.jspecify.annotations.NullMarked;
