package io.waxwing.ledger.simplex;

import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import java.util.function.LongPredicate;

/**
 * The local rules that agreement rests on, one predicate each and all of them pure, so that a simulator can break one
 * at a time and prove that it notices (ledger.md section 2.2, item 5). A node always uses {@link #PROTOCOL}. The number
 * at each rule is the fault of ledger.md section 2.1 that it prevents.
 */
public class VotingRules {
    public static final VotingRules PROTOCOL = new VotingRules();

    /** At most one proposal a view. */
    public boolean mayPropose(OwnVotes own) {
        return own.proposed() == null;
    }

    /** At most once a view and only in the current one; also after this node's own nullify (17). */
    public boolean mayNotarize(OwnVotes own) {
        return own.notarized() == null;
    }

    /** At most once a view, and never after this node's own finalize. */
    public boolean mayNullify(OwnVotes own) {
        return !own.nullified() && own.finalized() == null;
    }

    /** At most once a view, and never after this node's own nullify (1). */
    public boolean mayFinalize(OwnVotes own) {
        return own.finalized() == null && !own.nullified();
    }

    /** Every view strictly between parent and block is nullified (2). */
    public boolean gapCovered(long parentView, long view, LongPredicate nullified) {
        for (long between = parentView + 1; between < view; between++) {
            if (!nullified.test(between)) {
                return false;
            }
        }
        return parentView < view;
    }

    /** Records are forced before what they allow is sent (3). */
    public boolean durableBeforeSent() {
        return true;
    }

    /**
     * A key may vote only with its whole history (4): a key that has voted before has a log, and no block of this epoch
     * was applied in a view that the log does not know to be final: whoever votes forces that certificate first.
     *
     * @param baseView the view of the block the epoch stands on
     */
    public boolean mayVote(boolean keyHasHistory, VoteHistory history, long baseView, long appliedView) {
        return !(keyHasHistory && history.isEmpty()) && appliedView <= Math.max(baseView, history.settledView());
    }

    /**
     * A vote under this node's own key that it does not remember shows a lost history or a second process with the key
     * (4, 5): it votes no more. A simulator that breaks another rule breaks this one too, or the node stops in time.
     */
    public boolean stopsAtUnknownOwnVote() {
        return true;
    }

    /** A validator counts once for a statement, however often it is heard (6). */
    public boolean countsVote(boolean countedBefore) {
        return !countedBefore;
    }

    /** What a successful check is remembered by: key, statement and signature, never the signature alone (7). */
    public Hash verificationKey(ByteString voteKey, byte[] statement, ByteString signature) {
        return Sha256.digest(voteKey.toBytes(), signature.toBytes(), statement);
    }

    /** A validator's first vote of a kind in a view stays, whatever it says later (10). */
    public boolean keepsFirstVote() {
        return true;
    }

    /** The bytes under a vote's signature: they name type, ledger, epoch and view (11). */
    public byte[] signedMessage(Vote vote) {
        return vote.signedMessage();
    }

    /** Whether a view that a message names without a certificate is entered: never (16). */
    public boolean believesViewClaim(long claimedView, long currentView) {
        return false;
    }

    /** A body is taken for a certified block only if it has the certified id (22). */
    public boolean acceptsBody(Hash certified, Hash offered) {
        return certified.equals(offered);
    }

    /** This node's votes of a view may be forgotten only when a finalization that covers it is on the disk (1). */
    public boolean mayForget(long view, long settledView, long currentView) {
        return view <= settledView;
    }
}
