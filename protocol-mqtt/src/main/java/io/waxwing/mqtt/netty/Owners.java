package io.waxwing.mqtt.netty;

import java.util.concurrent.ConcurrentHashMap;

/**
 * Who owns which client identifier on this listener. A newcomer takes the entry at once and becomes owner when the
 * former one, on its own event loop, has ended (T-1). If several race, each waits for exactly the one before it, so the
 * last to come is the one that stays (T-2). Thread safe.
 */
final class Owners {
    private final ConcurrentHashMap<String, Ownership> byClientId = new ConcurrentHashMap<>();

    /**
     * One connection's claim. Its methods run on that connection's event loop; {@link Owners} sees to that with
     * {@link Loop}.
     */
    static final class Ownership {
        private final String clientId;
        private final Loop loop;
        private final Runnable onOwned;
        private final Runnable onEvicted;
        // Event loop only.
        private boolean owned;
        private boolean released;
        private Runnable successor = () -> {};

        Ownership(String clientId, Loop loop, Runnable onOwned, Runnable onEvicted) {
            this.clientId = clientId;
            this.loop = loop;
            this.onOwned = onOwned;
            this.onEvicted = onEvicted;
        }
    }

    /** Runs a task on a connection's event loop, or at once if that loop has ended and nothing else can run on it. */
    interface Loop {
        void execute(Runnable task);
    }

    /** Takes the identifier. {@code onOwned} runs at once if it is free, else when its former owner has ended. */
    void claim(Ownership newcomer) {
        Ownership former = byClientId.put(newcomer.clientId, newcomer);
        if (former == null) {
            own(newcomer);
        } else {
            former.loop.execute(() -> evict(former, newcomer));
        }
    }

    /** The connection has ended. Event loop of the connection. */
    void release(Ownership ownership) {
        ownership.released = true;
        if (ownership.owned) {
            byClientId.remove(ownership.clientId, ownership);
        }
    }

    private void own(Ownership ownership) {
        ownership.owned = true;
        ownership.onOwned.run();
        if (ownership.released) {
            byClientId.remove(ownership.clientId, ownership);
        }
        ownership.successor.run();
    }

    private void evict(Ownership former, Ownership newcomer) {
        former.onEvicted.run();
        Runnable handOver = () -> newcomer.loop.execute(() -> own(newcomer));
        if (former.owned) {
            handOver.run();
        } else {
            former.successor = handOver; // It still waits for the one before it, which may act until then.
        }
    }
}
