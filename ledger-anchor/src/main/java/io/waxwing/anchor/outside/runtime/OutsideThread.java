package io.waxwing.anchor.outside.runtime;

import io.waxwing.anchor.outside.OutsideAgent;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread of all outside anchors. A mistake of ours ends it and is logged; the node goes on without them. */
public final class OutsideThread implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OutsideThread.class);
    /** Between two looks whether a round is to be held. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private static final long STOP_MS = 2_000;

    private final OutsideAgent agent;
    private final Thread thread;
    private volatile boolean stopping;

    public OutsideThread(OutsideAgent agent) {
        this.agent = agent;
        this.thread = new Thread(this::run, "outside");
        this.thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!stopping) {
                if (agent.doWork(System.nanoTime()) == 0) {
                    LockSupport.parkNanos(this, LOOK_NANOS);
                }
            }
        } catch (RuntimeException e) {
            if (!stopping) {
                LOG.atError().addKeyValue("code", "WXW-1399").setCause(e).log("the outside thread stopped");
            }
        }
    }

    /** Ends it, also in the middle of a request; what it waited for is asked again after the next start. */
    @Override
    public void close() {
        stopping = true;
        thread.interrupt();
        try {
            thread.join(STOP_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
