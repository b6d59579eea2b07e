package io.waxwing.testkit.mutant;

import io.waxwing.ledger.simplex.OwnVotes;
import io.waxwing.ledger.simplex.VotingRules;

/** Fault 1: finalizes a view that it has nullified. */
final class FinalizeAfterNullify extends VotingRules {
    @Override
    public boolean mayFinalize(OwnVotes own) {
        return own.finalized() == null;
    }
}
