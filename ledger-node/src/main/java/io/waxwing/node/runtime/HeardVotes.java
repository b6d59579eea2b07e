package io.waxwing.node.runtime;

import io.waxwing.ledger.simplex.Certificate;
import io.waxwing.ledger.simplex.Message;
import io.waxwing.ledger.simplex.Proposal;
import io.waxwing.ledger.simplex.SignedVote;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Of the newest epoch, the newest vote that each validator is known to have given, alone or within a certificate: told
 * to a validator whose link comes up, so that one with an old copy of its vote log learns what it has signed since.
 * Ledger thread.
 */
final class HeardVotes {
    private final Map<Integer, SignedVote> newest = new HashMap<>();
    private long epoch;

    /** A verified message. */
    void heard(Message message) {
        if (message instanceof SignedVote vote) {
            take(vote);
        } else if (message instanceof Certificate certificate) {
            certificate.votes().forEach(this::take);
        } else if (message instanceof Proposal proposal) {
            proposal.block().justify().forEach(this::heard);
        }
    }

    private void take(SignedVote vote) {
        if (vote.epoch() > epoch) {
            epoch = vote.epoch();
            newest.clear();
        }
        if (vote.epoch() < epoch) {
            return;
        }
        newest.merge(vote.voter(), vote, (known, heard) -> heard.view() > known.view() ? heard : known);
    }

    /** By the validator's index in that epoch. */
    @Nullable SignedVote newestOf(int validator) {
        return newest.get(validator);
    }
}
