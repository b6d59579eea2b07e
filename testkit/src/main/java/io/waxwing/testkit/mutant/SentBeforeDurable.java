package io.waxwing.testkit.mutant;

import io.waxwing.ledger.simplex.VotingRules;

/** Fault 3: lets a vote go before its record is on the disk. */
final class SentBeforeDurable extends VotingRules {
    @Override
    public boolean durableBeforeSent() {
        return false;
    }
}
