package io.waxwing.node.runtime;

import io.waxwing.ledger.simplex.Certificate;
import io.waxwing.ledger.simplex.Message;
import io.waxwing.ledger.simplex.Proposal;
import io.waxwing.ledger.simplex.SignedVote;
import io.waxwing.ledger.simplex.Vote;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What this node has said to everybody about views that are not settled, for a peer whose link comes up: it was sent,
 * so it was forced. Bounded: the votes of the newest {@value #VIEWS} views, one proposal, two certificates. Ledger
 * thread.
 */
final class LastWords {
    static final int VIEWS = 16;

    private final TreeMap<Long, TreeMap<Vote.Type, SignedVote>> votes = new TreeMap<>();
    private @Nullable Proposal proposal;
    private @Nullable Certificate finalization;
    private @Nullable Certificate newest;

    void said(Message message) {
        if (message instanceof SignedVote vote) {
            votes.computeIfAbsent(vote.view(), view -> new TreeMap<>()).put(vote.type(), vote);
            if (votes.size() > VIEWS) {
                votes.pollFirstEntry();
            }
        } else if (message instanceof Proposal said) {
            proposal = said;
        } else if (message instanceof Certificate certificate) {
            if (certificate.type() == Vote.Type.FINALIZE
                    && (finalization == null || certificate.view() > finalization.view())) {
                finalization = certificate;
            }
            if (newest == null || certificate.view() >= newest.view()) {
                newest = certificate;
            }
        }
    }

    /** Everything that may still count, certificates first. */
    List<Message> about(long settledView) {
        votes.headMap(settledView, true).clear();
        List<Message> words = new ArrayList<>();
        if (finalization != null) {
            words.add(finalization);
        }
        if (newest != null && !newest.equals(finalization)) {
            words.add(newest);
        }
        if (proposal != null && proposal.view() > settledView) {
            words.add(proposal);
        }
        votes.values().forEach(ofView -> words.addAll(ofView.values()));
        return words;
    }
}
