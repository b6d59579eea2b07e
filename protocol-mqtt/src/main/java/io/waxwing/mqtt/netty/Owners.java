package io.waxwing.mqtt.netty;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Who owns which client identifier, and with it the session. A newcomer takes the entry at once and becomes owner when
 * the former one, on its own event loop, has ended and left what it had (T-1). If several race, each waits for exactly
 * the one before it, so the last to come is the one that stays (T-2). A durable session whose connection has ended
 * stays as an owner itself ({@link Parked}), so there is no moment in which nobody owns it (T-4). Thread safe.
 */
final class Owners {
    private final ConcurrentHashMap<String, Ownership> byClientId = new ConcurrentHashMap<>();
    private final Keeping keeping;

    /** One claim. Its methods run on that owner's event loop; {@link Owners} sees to that with {@link Loop}. */
    static final class Ownership {
        private final String clientId;
        private final String owner;
        private final Claimant claimant;
        // Event loop only.
        private boolean owned;
        private boolean released;
        private @Nullable KeptSession left;
        private @Nullable Ownership successor;

        /**
         * A claim of a principal.
         *
         * @param owner its name, empty for nobody; whoever has another one gets nothing of this
         */
        Ownership(String clientId, String owner, Claimant claimant) {
            this.clientId = clientId;
            this.owner = owner;
            this.claimant = claimant;
        }
    }

    /** Who claims an identifier; called on its event loop. */
    interface Claimant {
        /** Any thread. */
        Loop loop();

        /** The identifier is this one's, with what its former owner left. */
        void onOwned(@Nullable KeptSession left);

        /** Somebody else wants it: {@link Owners#release} must have been called when this returns. */
        void onEvicted();

        /** The identifier belongs to another principal: the claim is void. */
        default void onForeign() {}
    }

    /**
     * An owner's event loop.
     *
     * @param timers for what is to happen later
     * @param tasks runs a task there, or at once if that loop has ended and nothing else can run on it
     */
    record Loop(ScheduledExecutorService timers, Executor tasks) {
        /** A loop without a guard of its own. */
        static Loop of(ScheduledExecutorService loop) {
            return new Loop(loop, task -> {
                try {
                    loop.execute(task);
                } catch (RejectedExecutionException loopHasEnded) {
                    task.run();
                }
            });
        }

        void execute(Runnable task) {
            tasks.execute(task);
        }
    }

    /** Makes the owner that stays when a connection has ended. */
    interface Keeping {
        Ownership park(KeptSession session, Loop loop);
    }

    Owners(Keeping keeping) {
        this.keeping = keeping;
    }

    /**
     * Takes the identifier. {@code onOwned} runs at once if it is free, else when its former owner has ended. If that
     * is another principal's, nothing is taken and {@code onForeign} runs.
     */
    void claim(Ownership newcomer) {
        Ownership former = byClientId.putIfAbsent(newcomer.clientId, newcomer);
        while (former != null && former.owner.equals(newcomer.owner)) {
            if (byClientId.replace(newcomer.clientId, former, newcomer)) {
                Ownership evicted = former;
                former.claimant.loop().execute(() -> evict(evicted, newcomer));
                return;
            }
            former = byClientId.putIfAbsent(newcomer.clientId, newcomer);
        }
        if (former == null) {
            own(newcomer, null);
        } else {
            newcomer.released = true; // It never was in the way of anybody.
            newcomer.claimant.onForeign();
        }
    }

    /** A session that was found in the store. Before anybody claims. */
    void restore(KeptSession session, Loop loop) {
        Ownership parked = keeping.park(session, loop);
        parked.owned = true;
        byClientId.put(parked.clientId, parked);
    }

    /** The owner has ended and leaves this. Event loop of the owner. */
    void release(Ownership ownership, @Nullable KeptSession left) {
        if (ownership.released) {
            return;
        }
        ownership.released = true;
        if (ownership.owned) {
            ownership.left = left;
            vacate(ownership);
        }
    }

    /** Owners now. */
    int size() {
        return byClientId.size();
    }

    /** What is left goes to whoever comes; if nobody has, it stays as its own owner. */
    private void vacate(Ownership ownership) {
        KeptSession left = ownership.left;
        if (left == null) {
            byClientId.remove(ownership.clientId, ownership);
        } else if (byClientId.get(ownership.clientId) == ownership) {
            Ownership parked = keeping.park(left, ownership.claimant.loop());
            parked.owned = true;
            if (byClientId.replace(ownership.clientId, ownership, parked)) {
                ownership.left = null;
            } else {
                parked.claimant.onEvicted(); // Somebody came between: it will be given what is left here.
            }
        }
    }

    private void own(Ownership ownership, @Nullable KeptSession inherited) {
        ownership.owned = true;
        if (ownership.released) {
            ownership.left = inherited;
            if (ownership.successor == null) {
                vacate(ownership);
            }
        } else {
            ownership.claimant.onOwned(inherited);
        }
        Ownership successor = ownership.successor;
        if (successor != null) {
            handOver(ownership, successor);
        }
    }

    private void evict(Ownership former, Ownership newcomer) {
        former.claimant.onEvicted();
        if (former.owned) {
            handOver(former, newcomer);
        } else {
            former.successor = newcomer; // It still waits for the one before it, which may act until then.
        }
    }

    private void handOver(Ownership from, Ownership to) {
        KeptSession session = from.left;
        from.left = null;
        to.claimant.loop().execute(() -> own(to, session));
    }
}
