package io.waxwing.ledger.checkpoint;

import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.simplex.VoteRecord.Cosigned;
import org.jspecify.annotations.Nullable;

/**
 * May this key cosign this tree head? Never two roots for one size, never a smaller size. The answer NEW binds the key
 * only once its record is forced; call {@link #recorded} then, and sign after that. Not for several threads.
 */
public final class CosigningRule {
    private @Nullable Cosigned last;

    /** Continues from the last record of the vote log, null for a key without history. */
    public CosigningRule(@Nullable Cosigned last) {
        this.last = last;
    }

    /** The answers. */
    public enum Answer {
        /** Larger than anything signed: force a COSIGNED record, then sign. */
        NEW,
        /** The very head that was recorded last: may be signed again. */
        AGAIN,
        /** Smaller than what this key has signed. */
        SMALLER,
        /** Another root for a size this key has signed. */
        OTHER_ROOT
    }

    public Answer ask(long treeSize, Hash root) {
        if (last == null || treeSize > last.treeSize()) {
            return Answer.NEW;
        }
        if (treeSize < last.treeSize()) {
            return Answer.SMALLER;
        }
        return root.equals(last.root()) ? Answer.AGAIN : Answer.OTHER_ROOT;
    }

    /** The record has been forced. Throws {@link IllegalStateException} if the rule forbids it. */
    public void recorded(Cosigned record) {
        Answer answer = ask(record.treeSize(), record.root());
        if (answer != Answer.NEW && answer != Answer.AGAIN) {
            throw new IllegalStateException("recorded a head that must not be signed: " + answer);
        }
        last = record;
    }

    public @Nullable Cosigned last() {
        return last;
    }
}
