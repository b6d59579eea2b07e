package io.waxwing.node.runtime;

import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.simplex.Simplex;
import io.waxwing.ledger.simplex.VoteRecord.Cosigned;
import io.waxwing.node.start.OpenedLedger;
import io.waxwing.node.store.AppliedReader;
import io.waxwing.node.store.StoreCodes;

/** Whether the ledger on the disk is one that this node's keys may go on with. */
final class SignedState {
    private SignedState() {}

    /** Throws WXW-3106 if the key has signed another root of the stored tree. */
    static void checkRoot(OpenedLedger opened) {
        Cosigned signed = opened.log().history().lastCosigned();
        if (signed == null || signed.treeSize() > opened.state().treeSize()) {
            return;
        }
        Hash root = new AppliedReader(opened.store()).rootAt(signed.treeSize());
        if (!root.equals(signed.root())) {
            throw new LedgerFailure(
                    StoreCodes.OTHER_ROOT,
                    "at " + signed.treeSize() + " leaves the ledger's root is " + root + ", but its key has signed "
                            + signed.root());
        }
    }

    /**
     * Throws WXW-3105 or 3107 for a ledger of one that is shorter than what its key has signed: it was cut, and nobody
     * else has it. Among several it is fetched again.
     */
    static void checkNotShorter(OpenedLedger opened, Simplex simplex, long treeSize) {
        if (opened.validators().size() > 1) {
            return;
        }
        if (simplex.standing() != Simplex.Standing.VOTING) {
            throw new LedgerFailure(StoreCodes.VOTE_LOG_BEHIND, simplex.reason());
        }
        if (simplex.settledView() > simplex.lastApplied().view()) {
            throw new LedgerFailure(
                    StoreCodes.LEDGER_SHORTER,
                    "the ledger ends with view " + simplex.lastApplied().view() + ", but its key has made view "
                            + simplex.settledView() + " final");
        }
        Cosigned signed = opened.log().history().lastCosigned();
        if (signed != null && signed.treeSize() > treeSize) {
            throw new LedgerFailure(
                    StoreCodes.LEDGER_SHORTER,
                    "the ledger has " + treeSize + " leaves, but its key has signed " + signed.treeSize());
        }
    }
}
