package io.waxwing.ledger.simplex;

import io.waxwing.ledger.hash.Hash;
import org.jspecify.annotations.Nullable;

/** What this node's key has bound itself to in one view: at most one of each kind, and none is ever taken back. */
public record OwnVotes(
        @Nullable Hash proposed,
        @Nullable Hash notarized,
        boolean nullified,
        @Nullable Hash finalized) {
    public static final OwnVotes NONE = new OwnVotes(null, null, false, null);

    public OwnVotes withProposed(Hash blockId) {
        return new OwnVotes(blockId, notarized, nullified, finalized);
    }

    public OwnVotes withNotarized(Hash blockId) {
        return new OwnVotes(proposed, blockId, nullified, finalized);
    }

    public OwnVotes withNullified() {
        return new OwnVotes(proposed, notarized, true, finalized);
    }

    public OwnVotes withFinalized(Hash blockId) {
        return new OwnVotes(proposed, notarized, nullified, blockId);
    }

    /** True if the key has signed exactly that statement. */
    public boolean covers(Vote.Type type, Hash blockId) {
        return switch (type) {
            case PROPOSE -> blockId.equals(proposed);
            case NOTARIZE -> blockId.equals(notarized);
            case NULLIFY -> nullified;
            case FINALIZE -> blockId.equals(finalized);
        };
    }
}
