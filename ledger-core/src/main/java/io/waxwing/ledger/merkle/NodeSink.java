package io.waxwing.ledger.merkle;

import io.waxwing.ledger.hash.Hash;

/** Hears of every perfect subtree that an append completes, lowest level first. */
@FunctionalInterface
public interface NodeSink {
    /** The root of leaves {@code [index << level, (index + 1) << level)} is {@code hash}; it never changes again. */
    void node(int level, long index, Hash hash);
}
