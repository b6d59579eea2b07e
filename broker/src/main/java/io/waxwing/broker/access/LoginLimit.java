package io.waxwing.broker.access;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How often somebody may be wrong: each key has {@code most} failures, which come back evenly over a window. A key
 * without any left waits. Who is being judged just now is not counted yet, so a key may go below nothing by as many as
 * are judged at once, and waits the longer. At most {@value #KEYS_MAX} keys are remembered; the one that failed longest
 * ago goes first. Thread safe; time is an argument.
 */
final class LoginLimit {
    static final int KEYS_MAX = 10_000;

    private final double most;
    private final double perNano;
    private final Map<String, Left> keys = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Left> eldest) {
            return size() > KEYS_MAX;
        }
    };

    private record Left(double failures, long atNanos) {}

    LoginLimit(int most, long windowNanos) {
        this.most = most;
        this.perNano = (double) most / windowNanos;
    }

    /** Whether the key may try. */
    synchronized boolean allows(String key, long nowNanos) {
        Left left = keys.get(key);
        return left == null || now(left, nowNanos) >= 1;
    }

    /** It was wrong. */
    synchronized void failed(String key, long nowNanos) {
        Left left = keys.get(key);
        keys.put(key, new Left((left == null ? most : now(left, nowNanos)) - 1, nowNanos));
    }

    private double now(Left left, long nowNanos) {
        return Math.min(most, left.failures() + (nowNanos - left.atNanos()) * perNano);
    }
}
