package io.waxwing.broker.runtime;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** Runs on the core thread what other threads give it, a bounded number; a full queue refuses and waits for nobody. */
public final class CoreCalls implements Agent, Executor {
    private static final int WAITING = 4096;
    private static final int PER_TURN = 256;

    private final Inbox<Runnable> inbox;

    /** {@code wake} makes the core thread look. */
    public CoreCalls(Runnable wake) {
        this.inbox = new Inbox<>(WAITING, wake);
    }

    @Override
    public void execute(Runnable call) {
        if (!inbox.offer(call)) {
            throw new RejectedExecutionException("the core thread has " + WAITING + " calls waiting");
        }
    }

    @Override
    public int doWork(long nowNanos) {
        return inbox.drain(Runnable::run, PER_TURN);
    }
}
