package io.waxwing.testkit.mutant;

import io.waxwing.ledger.simplex.VotingRules;

/** Fault 16: goes to any later view that a message names. */
final class ViewClaimBelieved extends VotingRules {
    @Override
    public boolean believesViewClaim(long claimedView, long currentView) {
        return claimedView > currentView;
    }
}
