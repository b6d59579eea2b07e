package io.waxwing.ledger.simplex;

import io.waxwing.ledger.hash.Hash;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The votes heard in the views around the current one; what is further away is not kept, whoever sends it. */
final class Ballots {
    /** Views kept on each side of the current one (ledger.md section 2). */
    static final int WINDOW = 8;

    private final Validators validators;
    private final VotingRules rules;
    private final TreeMap<Long, ViewVotes> views = new TreeMap<>();
    private final List<Evidence> conflicts = new ArrayList<>();
    private long current;

    Ballots(Validators validators, VotingRules rules, long current) {
        this.validators = validators;
        this.rules = rules;
        this.current = current;
    }

    /** Never goes back. */
    void moveTo(long view) {
        current = Math.max(current, view);
        views.headMap(current - WINDOW, false).clear();
    }

    boolean inWindow(long view) {
        return view >= current - WINDOW && view <= current + WINDOW;
    }

    /** Takes a vote; true if it counts and did not before. What it proves is given by {@link #takeConflicts()}. */
    boolean hear(SignedVote vote) {
        if (!inWindow(vote.view())) {
            return false;
        }
        ViewVotes votes = views.computeIfAbsent(vote.view(), view -> new ViewVotes(rules));
        votes.displace(vote);
        conflicts.addAll(votes.conflicts(vote));
        return votes.add(vote);
    }

    /** Pairs proven since the last call. */
    List<Evidence> takeConflicts() {
        List<Evidence> taken = List.copyOf(conflicts);
        conflicts.clear();
        return taken;
    }

    /** The certificate of exactly Q of the votes for that statement, or null if there are fewer. */
    @Nullable Certificate quorum(Vote.Type type, long view, Hash blockId) {
        ViewVotes votes = views.get(view);
        if (votes == null) {
            return null;
        }
        List<SignedVote> saying = votes.saying(type, blockId);
        int quorum = validators.quorum();
        return saying.size() < quorum ? null : Certificate.of(saying.subList(0, quorum), validators.size());
    }

    int count(Vote.Type type, long view, Hash blockId) {
        ViewVotes votes = views.get(view);
        return votes == null ? 0 : votes.saying(type, blockId).size();
    }

    /** How many votes are kept. */
    int size() {
        return views.values().stream().mapToInt(ViewVotes::size).sum();
    }

    @Nullable SignedVote first(Vote.Type type, long view, int voter) {
        ViewVotes votes = views.get(view);
        return votes == null ? null : votes.first(type, voter);
    }

    @Nullable Block proposal(long view) {
        ViewVotes votes = views.get(view);
        return votes == null ? null : votes.proposal();
    }

    /** Keeps the body of the proposal that was just heard. */
    void proposal(long view, Block block) {
        ViewVotes votes = views.get(view);
        if (votes != null) {
            votes.proposal(block);
        }
    }
}
