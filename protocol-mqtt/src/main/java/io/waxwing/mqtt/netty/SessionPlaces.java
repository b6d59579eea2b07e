package io.waxwing.mqtt.netty;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Who has one of the places of durable sessions: a client identifier, for as long as it has a session or a connection
 * that is about to have one. A connection takes the place before its session is made, so that many that come at once do
 * not all find the last one free. Thread safe.
 */
final class SessionPlaces {
    private final int most;
    private final AtomicInteger taken = new AtomicInteger();
    // How many hold the place of a client: its connections and its session.
    private final ConcurrentHashMap<String, Integer> holders = new ConcurrentHashMap<>();

    SessionPlaces(int most) {
        this.most = most;
    }

    /** Takes a place for a client, or shares the one it has; false if all are taken. Each true needs one release. */
    boolean take(String clientId) {
        return holders.compute(clientId, (id, now) -> now == null ? (isOneFree() ? 1 : null) : Integer.valueOf(now + 1))
                != null;
    }

    /** The same for a session that is there already, above the bound too. */
    void hold(String clientId) {
        holders.compute(clientId, (id, now) -> {
            if (now == null) {
                taken.incrementAndGet();
            }
            return now == null ? 1 : now + 1;
        });
    }

    void release(String clientId) {
        holders.computeIfPresent(clientId, (id, now) -> {
            if (now == 1) {
                taken.decrementAndGet();
            }
            return now == 1 ? null : Integer.valueOf(now - 1);
        });
    }

    /** Places taken now. */
    int taken() {
        return taken.get();
    }

    private boolean isOneFree() {
        int now = taken.get();
        while (now < most) {
            if (taken.compareAndSet(now, now + 1)) {
                return true;
            }
            now = taken.get();
        }
        return false;
    }
}
