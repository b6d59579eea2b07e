package io.waxwing.ledger.simplex;

import io.waxwing.ledger.hash.Hash;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The votes of one view: the first of each kind from each validator, so at most 4n. */
final class ViewVotes {
    private final VotingRules rules;
    private final Map<Vote.Type, List<SignedVote>> heard = new EnumMap<>(Vote.Type.class);
    private @Nullable Block proposal;

    ViewVotes(VotingRules rules) {
        this.rules = rules;
        for (Vote.Type type : Vote.Type.values()) {
            heard.put(type, new ArrayList<>());
        }
    }

    /** True if the vote now counts and did not before. */
    boolean add(SignedVote vote) {
        SignedVote first = first(vote.type(), vote.voter());
        if (first == null) {
            return of(vote.type()).add(vote);
        }
        boolean repeated = first.blockId().equals(vote.blockId());
        return repeated && rules.countsVote(true) && of(vote.type()).add(vote);
    }

    /** Lets a later vote take the place of a different earlier one, if the rules are broken that way. */
    void displace(SignedVote vote) {
        if (!rules.keepsFirstVote()) {
            of(vote.type())
                    .removeIf(first ->
                            first.voter() == vote.voter() && !first.blockId().equals(vote.blockId()));
        }
    }

    /** What this vote proves together with those heard before. */
    List<Evidence> conflicts(SignedVote vote) {
        List<Evidence> conflicts = new ArrayList<>();
        for (Vote.Type type : Vote.Type.values()) {
            SignedVote first = first(type, vote.voter());
            Evidence pair = first == null ? null : Evidence.between(first, vote);
            if (pair != null) {
                conflicts.add(pair);
            }
        }
        return conflicts;
    }

    @Nullable SignedVote first(Vote.Type type, int voter) {
        for (SignedVote vote : of(type)) {
            if (vote.voter() == voter) {
                return vote;
            }
        }
        return null;
    }

    /** The votes of a kind for that block, as they count. */
    List<SignedVote> saying(Vote.Type type, Hash blockId) {
        return of(type).stream().filter(vote -> vote.blockId().equals(blockId)).toList();
    }

    /** The block of the leader's first proposal, if its body is here. */
    @Nullable Block proposal() {
        return proposal;
    }

    void proposal(Block block) {
        proposal = block;
    }

    int size() {
        return heard.values().stream().mapToInt(List::size).sum();
    }

    private List<SignedVote> of(Vote.Type type) {
        return heard.computeIfAbsent(type, key -> new ArrayList<>());
    }
}
