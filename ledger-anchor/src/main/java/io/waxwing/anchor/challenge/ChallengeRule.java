package io.waxwing.anchor.challenge;

import io.waxwing.ledger.dispute.ChallengeId;
import io.waxwing.ledger.dispute.Disputes;
import io.waxwing.ledger.dispute.OpenChallenge;
import io.waxwing.ledger.hash.Hash;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The challenger's side: when a missing batch is challenged before the ledger, and what follows. What is said may get
 * lost, or be too late for its block, so it is said again until the ledger shows it.
 */
public final class ChallengeRule {
    /** So often everybody was asked in vain before a batch is challenged. */
    public static final int ROUNDS = 3;

    static final long REPEAT_NANOS = 2_000_000_000L;

    private final int self;
    private final Map<Hash, Own> own = new LinkedHashMap<>();
    private long lastNumber;

    /** The rule of the node with that originId. */
    public ChallengeRule(int self) {
        this.self = self;
    }

    /** A final batch that nobody gives: its id, and the index of its BATCH leaf. */
    public record Missing(Hash batchId, long leafIndex) {}

    /** What is to be done now. */
    public sealed interface Step {
        /** Make a key, keep it, and say the challenge. */
        record Begin(ChallengeId id, Missing batch) implements Step {}

        /** Say the challenge again, with a newer proof. */
        record Say(ChallengeId id, Missing batch) implements Step {}

        /** Tell the ledger that the payloads are here. */
        record Serve(ChallengeId id) implements Step {}

        /** Somebody has answered: read it. */
        record Read(OpenChallenge answered) implements Step {}

        /** The key is of no use any more. */
        record Forget(ChallengeId id) implements Step {}
    }

    private static final class Own {
        final ChallengeId id;
        final Missing batch;

        @Nullable Long saidNanos;

        Own(ChallengeId id, Missing batch) {
            this.id = id;
            this.batch = batch;
        }

        /** True if it is time to say something (again). */
        boolean isDue(long nowNanos) {
            Long said = saidNanos;
            if (said != null && nowNanos - said < REPEAT_NANOS) {
                return false;
            }
            saidNanos = nowNanos;
            return true;
        }
    }

    /** A challenge whose key was kept before a restart. */
    public void resume(ChallengeId id, Missing batch) {
        own.put(batch.batchId(), new Own(id, batch));
        lastNumber = Math.max(lastNumber, id.number());
    }

    /**
     * What is due.
     *
     * @param missing what was asked for {@link #ROUNDS} times in vain
     * @param ledger as of the last final block
     * @param isHere which payloads are here
     */
    public List<Step> due(List<Missing> missing, Disputes ledger, Held isHere, long nowNanos) {
        List<Step> steps = new ArrayList<>();
        for (Own challenge : List.copyOf(own.values())) {
            Step step = follow(challenge, ledger, isHere, nowNanos);
            if (step != null) {
                steps.add(step);
            }
            if (step instanceof Step.Forget) {
                own.remove(challenge.batch.batchId());
            }
        }
        for (Missing batch : missing) {
            boolean may = own.size() < Disputes.EACH
                    && !own.containsKey(batch.batchId())
                    && !ledger.isVoid(batch.batchId())
                    && ledger.provableSize(batch.leafIndex() + 1) > 0;
            if (may) {
                steps.add(begin(batch, ledger, nowNanos));
            }
        }
        return steps;
    }

    /** Whether the payloads of a batch are here. */
    @FunctionalInterface
    public interface Held {
        boolean test(Hash batchId);
    }

    /** It could not be begun. */
    public void drop(Missing batch) {
        own.remove(batch.batchId());
    }

    private Step begin(Missing batch, Disputes ledger, long nowNanos) {
        lastNumber = Math.max(lastNumber, ledger.lastNumber(self)) + 1;
        Own begun = new Own(new ChallengeId(self, lastNumber), batch);
        begun.saidNanos = nowNanos;
        own.put(batch.batchId(), begun);
        return new Step.Begin(begun.id, batch);
    }

    private static @Nullable Step follow(Own challenge, Disputes ledger, Held isHere, long nowNanos) {
        OpenChallenge known = ledger.get(challenge.id);
        boolean here = isHere.test(challenge.batch.batchId());
        if (known == null) {
            boolean over = ledger.lastNumber(challenge.id.originId()) >= challenge.id.number();
            if (over || here || ledger.isVoid(challenge.batch.batchId())) {
                return new Step.Forget(challenge.id);
            }
            return challenge.isDue(nowNanos) ? new Step.Say(challenge.id, challenge.batch) : null;
        }
        return switch (known.standing()) {
            case OPEN -> here && challenge.isDue(nowNanos) ? new Step.Serve(challenge.id) : null;
            case SERVED -> null;
            case ANSWERED -> !here && challenge.isDue(nowNanos) ? new Step.Read(known) : null;
        };
    }

    /** Challenges of this node that are not over. */
    public int size() {
        return own.size();
    }

    /** True if {@link #due} may have something without news. */
    public boolean isWaiting() {
        return !own.isEmpty();
    }
}
