package io.waxwing.broker.access;

import io.waxwing.bus.quota.Level;
import io.waxwing.bus.quota.Quota;
import io.waxwing.bus.spi.Spending;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What is left of one {@link Quota}. Any thread. */
public final class QuotaSpending implements Spending {
    private final Quota quota;
    /** Null until something is taken. */
    private final AtomicReference<@Nullable Level> level = new AtomicReference<>();

    public QuotaSpending(Quota quota) {
        this.quota = quota;
    }

    Quota quota() {
        return quota;
    }

    @Override
    public long take(long bytes, long nowNanos) {
        while (quota.isBound()) {
            Level was = level.get();
            Level now = was == null ? Level.full(nowNanos) : was.at(nowNanos);
            long waitNanos = now.waitNanos(quota, bytes, nowNanos);
            if (waitNanos > 0) {
                return waitNanos;
            }
            if (level.compareAndSet(was, now.less(quota, bytes))) {
                return 0;
            }
        }
        return 0;
    }

    @Override
    public long owe(long bytes, long nowNanos) {
        while (quota.isBound()) {
            Level was = level.get();
            Level next = (was == null ? Level.full(nowNanos) : was.at(nowNanos)).less(quota, bytes);
            if (level.compareAndSet(was, next)) {
                return next.owedNanos(quota, nowNanos);
            }
        }
        return 0;
    }

    @Override
    public boolean isBound() {
        return quota.isBound();
    }

    /** True if nothing is taken: another one could stand in its place. */
    boolean isWhole(long nowNanos) {
        Level now = level.get();
        return now == null || now.isFull(nowNanos);
    }
}
