package io.waxwing.broker.runtime;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One thread that calls its agents in turn and sleeps while all are idle. Several agents share it because a crossing
 * between threads costs more than their work. An exception of an agent stops the thread: our own mistakes are not
 * survived by going on.
 */
public final class CoreThread {
    private static final long LONGEST_PARK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final List<Agent> agents;
    private final Consumer<Throwable> onFailure;
    private final AtomicBoolean awake = new AtomicBoolean(true);
    private final Thread thread;
    private volatile boolean stopping;
    private volatile long lastTurnNanos = System.nanoTime();

    /** A thread for these agents, not yet started; {@code onFailure} is told before it ends by an exception. */
    public CoreThread(String name, List<Agent> agents, Consumer<Throwable> onFailure) {
        this.agents = List.copyOf(agents);
        this.onFailure = onFailure;
        this.thread = new Thread(this::run, name);
    }

    public void start() {
        thread.start();
    }

    /** Makes the thread look for work. Any thread; cheap when it is awake already. */
    public void wake() {
        if (!awake.get() && awake.compareAndSet(false, true)) {
            LockSupport.unpark(thread);
        }
    }

    /** Nanoseconds since its last turn began; it sleeps at most half a second. */
    public long sinceLastTurnNanos() {
        return System.nanoTime() - lastTurnNanos;
    }

    /** Waits about as long as a turn takes; for whoever watches it finish. */
    public void awaitTurn() {
        wake();
        LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(1));
    }

    /** Ends it after the turn under way and waits for that. */
    public void stop() throws InterruptedException {
        stopping = true;
        LockSupport.unpark(thread);
        thread.join();
    }

    private void run() {
        @Nullable Throwable failure = null;
        try {
            while (!stopping) {
                turn();
            }
        } catch (RuntimeException | Error e) {
            failure = e;
        }
        if (failure != null) {
            onFailure.accept(failure);
        }
    }

    private void turn() {
        // Cleared before the look, so that what arrives during it is seen now or wakes the thread.
        awake.set(false);
        long now = System.nanoTime();
        lastTurnNanos = now;
        int work = 0;
        for (Agent agent : agents) {
            work += agent.doWork(now);
        }
        if (work == 0 && !awake.get() && !stopping) {
            LockSupport.parkNanos(this, parkNanos());
        }
    }

    private long parkNanos() {
        long now = System.nanoTime();
        long park = LONGEST_PARK_NANOS;
        for (Agent agent : agents) {
            long next = agent.nextWorkNanos();
            if (next != Long.MAX_VALUE) {
                park = Math.min(park, next - now);
            }
        }
        return Math.max(park, 1);
    }
}
