package io.waxwing.broker.intake;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * {@code limits.intake} in equal shares, one per audience that this node is in: events of an audience whose members do
 * not sign fill their own share, and publishers of the others go on. Any thread.
 */
public final class HeldShares {
    private final long limit;
    private final Map<Long, HeldBytes> shares = new ConcurrentHashMap<>();
    private volatile long each;

    public HeldShares(long limit) {
        this.limit = limit;
        this.each = limit;
    }

    /** This node is in so many audiences now. */
    public void divide(int audiences) {
        each = limit / Math.max(1, audiences);
        shares.values().forEach(share -> share.limit(each));
    }

    HeldBytes of(long audienceId) {
        return shares.computeIfAbsent(audienceId, unused -> new HeldBytes(each));
    }

    Collection<HeldBytes> all() {
        return shares.values();
    }

    /** Bytes in all of them. */
    public long bytes() {
        return shares.values().stream().mapToLong(HeldBytes::bytes).sum();
    }
}
