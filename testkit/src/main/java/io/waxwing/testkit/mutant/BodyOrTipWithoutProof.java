package io.waxwing.testkit.mutant;

import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.simplex.VotingRules;

/** Fault 22: takes any body for the block it asked for. */
final class BodyOrTipWithoutProof extends VotingRules {
    @Override
    public boolean acceptsBody(Hash certified, Hash offered) {
        return true;
    }
}
