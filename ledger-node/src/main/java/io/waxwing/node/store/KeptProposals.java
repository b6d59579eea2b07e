package io.waxwing.node.store;

import io.waxwing.ledger.control.ConfigProposal;
import io.waxwing.ledger.hash.Hash;
import java.util.List;

/**
 * Where a node keeps what its operator has proposed or approved, so that a stop forgets none of it. Ledger thread; few
 * and small, so it may wait for the disk.
 */
public interface KeptProposals {
    /** A change beginning at no height yet, and whether this institution approves it. */
    record Kept(ConfigProposal proposal, boolean approved) {}

    List<Kept> all();

    /** Keeps it, in place of what was kept under its intent. Throws LedgerFailure WXW-3121 if the disk refuses. */
    void keep(Kept kept);

    void forget(Hash intent);

    /** Keeps nothing. */
    static KeptProposals forgotten() {
        return new KeptProposals() {
            @Override
            public List<Kept> all() {
                return List.of();
            }

            @Override
            public void keep(Kept kept) {}

            @Override
            public void forget(Hash intent) {}
        };
    }
}
