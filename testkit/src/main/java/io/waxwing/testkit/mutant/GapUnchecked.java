package io.waxwing.testkit.mutant;

import io.waxwing.ledger.simplex.VotingRules;
import java.util.function.LongPredicate;

/** Fault 2: does not ask whether the views between parent and block are nullified. */
final class GapUnchecked extends VotingRules {
    @Override
    public boolean gapCovered(long parentView, long view, LongPredicate nullified) {
        return parentView < view;
    }
}
