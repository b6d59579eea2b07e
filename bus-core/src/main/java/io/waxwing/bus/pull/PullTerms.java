package io.waxwing.bus.pull;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import java.util.List;

/**
 * How a durable subscription treats its events.
 *
 * @param ackWaitMs how long a consumer has an event to itself, 100 ms to 12 h
 * @param maxDeliver after so many failed deliveries an event becomes a dead letter, 1 to 1000; 0: never
 * @param backoffMs what an event waits after its first, second … failed delivery, the last one for all others; empty:
 *     nothing. At most 32, each at most 24 h
 * @param maxAckPending events that may be leased or wait to be given again, 1 to 10,000; beyond it nothing new is given
 */
public record PullTerms(long ackWaitMs, int maxDeliver, List<Long> backoffMs, int maxAckPending) {
    public static final PullTerms DEFAULT = new PullTerms(30_000, 5, List.of(), 1_000);

    private static final long ACK_WAIT_MIN_MS = 100;
    private static final long ACK_WAIT_MAX_MS = 43_200_000;
    private static final int DELIVER_MAX = 1_000;
    private static final int STEPS_MAX = 32;
    private static final long STEP_MAX_MS = 86_400_000;
    private static final int PENDING_MAX = 10_000;

    /** Throws {@link RefusedException} WXW-1302 for what is out of range. */
    public PullTerms {
        backoffMs = List.copyOf(backoffMs);
        require(ackWaitMs >= ACK_WAIT_MIN_MS && ackWaitMs <= ACK_WAIT_MAX_MS, "ackWaitMs is 100 to 43200000");
        require(maxDeliver >= 0 && maxDeliver <= DELIVER_MAX, "maxDeliver is 0 to 1000");
        require(
                backoffMs.size() <= STEPS_MAX && backoffMs.stream().allMatch(step -> step >= 0 && step <= STEP_MAX_MS),
                "backoffMs has at most 32 times of 0 to 86400000");
        require(maxAckPending >= 1 && maxAckPending <= PENDING_MAX, "maxAckPending is 1 to 10000");
    }

    private static void require(boolean holds, String want) {
        if (!holds) {
            throw new RefusedException(FailureCode.PARAMETER, want);
        }
    }

    /** What an event waits whose delivery has failed for the {@code failures}th time. */
    long backoff(int failures) {
        return backoffMs.isEmpty() ? 0 : backoffMs.get(Math.min(failures, backoffMs.size()) - 1);
    }
}
