package io.waxwing.anchor.challenge;

import io.waxwing.ledger.control.ChallengeTerms;
import io.waxwing.ledger.dispute.ChallengeId;
import io.waxwing.ledger.dispute.Disputes;
import io.waxwing.ledger.dispute.OpenChallenge;
import io.waxwing.ledger.hash.ByteString;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The holder's side: a challenged batch is sent to the challenger at once; if it does not say that it was served,
 * holders publish the batch for it, one after the other: first those who signed for it, then the other members, the
 * first when a quarter of the challenge's time is over, the last when three quarters are. Time is the ledger's, so all
 * see the same.
 */
public final class AnswerRule {
    private static final int FIRST_PERMILLE = 250;
    private static final int LAST_PERMILLE = 750;
    /** An answer that is not in one of so many blocks got lost. */
    private static final int REPEAT_BLOCKS = 3;

    private final int self;
    private final Map<ChallengeId, Done> done = new HashMap<>();

    /** The rule of the node with that originId. */
    public AnswerRule(int self) {
        this.self = self;
    }

    /** What to do for a challenge. */
    public record Help(OpenChallenge challenge, boolean publish) {}

    /** What was done, for one key: a challenge that goes on after a false answer begins again with another. */
    private record Done(ByteString key, long publishedHeight) {}

    /**
     * What is due after a block.
     *
     * @param members the nodes of an audience by number, this one included
     */
    public List<Help> due(Disputes ledger, Members members, ChallengeTerms terms, long height, long timeMs) {
        List<Help> helps = new ArrayList<>();
        done.keySet().removeIf(id -> ledger.get(id) == null);
        for (OpenChallenge challenge : ledger.all()) {
            Collection<Integer> nodes = members.of(challenge.header().lane().audienceId());
            boolean ours = challenge.isOpen()
                    && challenge.id().originId() != self
                    && !challenge.excludes(self)
                    && (nodes.contains(self) || challenge.isSigner(self));
            if (!ours) {
                continue;
            }
            Done before = done.get(challenge.id());
            if (before == null || !before.key().equals(challenge.key())) {
                before = new Done(challenge.key(), -1);
                done.put(challenge.id(), before);
                helps.add(new Help(challenge, false));
            }
            int past = terms.permille(challenge.sinceHeight(), challenge.sinceMs(), height, timeMs);
            boolean again = before.publishedHeight() < 0 || height - before.publishedHeight() >= REPEAT_BLOCKS;
            if (past >= turn(challenge, nodes) && again) {
                done.put(challenge.id(), new Done(challenge.key(), height));
                helps.add(new Help(challenge, true));
            }
        }
        return helps;
    }

    /** The nodes of an audience; empty if this node is not in it. */
    @FunctionalInterface
    public interface Members {
        Collection<Integer> of(long audienceId);
    }

    /** Members, and those who signed and have left since: they are asked to keep what they promised. */
    private static Collection<Integer> holders(OpenChallenge challenge, Collection<Integer> nodes) {
        TreeSet<Integer> all = new TreeSet<>(nodes);
        for (int originId = 0; originId < Long.SIZE; originId++) {
            if (challenge.isSigner(originId)) {
                all.add(originId);
            }
        }
        return all;
    }

    private int turn(OpenChallenge challenge, Collection<Integer> nodes) {
        List<Integer> order = new ArrayList<>();
        for (boolean signers : new boolean[] {true, false}) {
            for (int node : holders(challenge, nodes)) {
                boolean may = node != challenge.id().originId() && !challenge.excludes(node);
                if (may && challenge.isSigner(node) == signers) {
                    order.add(node);
                }
            }
        }
        return FIRST_PERMILLE + (LAST_PERMILLE - FIRST_PERMILLE) * order.indexOf(self) / Math.max(1, order.size() - 1);
    }
}
