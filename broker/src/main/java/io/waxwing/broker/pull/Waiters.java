package io.waxwing.broker.pull;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.http.pull.Subscriptions;
import java.util.HashMap;
import java.util.Map;

/**
 * How many consumers wait, in all and of each owner's subscriptions. The node's own consumers, those of webhooks, are
 * bounded by their number and take nobody's place. Belongs to the thread of subscriptions.
 */
final class Waiters {
    private final PullLimits limits;
    private final PullMetrics metrics;
    private final Map<String, Integer> byOwner = new HashMap<>();
    private int all;

    Waiters(PullLimits limits, PullMetrics metrics) {
        this.limits = limits;
        this.metrics = metrics;
    }

    private static boolean counts(Definition definition) {
        return !definition.name().startsWith(Subscriptions.HIDDEN);
    }

    /** Throws WXW-1206 if one more may not wait. */
    void requireRoom(Definition definition) {
        if (!counts(definition)) {
            return;
        }
        if (all >= limits.maxWaiting()) {
            throw new RefusedException(
                    FailureCode.SUBSCRIPTION_LIMIT, limits.maxWaiting() + " consumers wait for events already");
        }
        String owner = definition.owner();
        if (!owner.isEmpty() && byOwner.getOrDefault(owner, 0) >= limits.maxWaitingPerUser()) {
            throw new RefusedException(
                    FailureCode.SUBSCRIPTION_LIMIT,
                    limits.maxWaitingPerUser() + " consumers of this user wait for events already");
        }
    }

    void enter(Definition definition) {
        metrics.consumers.incrementAndGet();
        if (counts(definition)) {
            all++;
            byOwner.merge(definition.owner(), 1, Integer::sum);
        }
    }

    void leave(Definition definition) {
        metrics.consumers.decrementAndGet();
        if (counts(definition)) {
            all--;
            byOwner.computeIfPresent(definition.owner(), (owner, count) -> count == 1 ? null : count - 1);
        }
    }
}
