package io.waxwing.broker.access;

import io.waxwing.bus.quota.Quota;
import io.waxwing.bus.spi.Spending;
import java.util.concurrent.ConcurrentHashMap;

/** What users have left of their quotas. Any thread. */
final class Spendings {
    private final ConcurrentHashMap<String, QuotaSpending> byUser = new ConcurrentHashMap<>();

    /** The same for all connections of a user, until the quota changes. */
    Spending of(String user, Quota quota) {
        if (!quota.isBound()) {
            return Spending.UNBOUND;
        }
        QuotaSpending known = byUser.get(user);
        if (known != null && known.quota().equals(quota)) {
            return known;
        }
        return byUser.compute(
                user, (name, was) -> was != null && was.quota().equals(quota) ? was : new QuotaSpending(quota));
    }

    /** Forgets those that have nothing to remember: users of an identity provider are without number. */
    void forget(long nowNanos) {
        byUser.values().removeIf(each -> each.isWhole(nowNanos));
    }

    int size() {
        return byUser.size();
    }
}
