package io.waxwing.testkit.mutant;

import io.waxwing.ledger.simplex.OwnVotes;
import io.waxwing.ledger.simplex.VotingRules;

/** Fault 17: does not notarize a view any more that it has nullified. */
final class NoNotarizeAfterNullify extends VotingRules {
    @Override
    public boolean mayNotarize(OwnVotes own) {
        return own.notarized() == null && !own.nullified();
    }
}
