package io.waxwing.stomp.netty;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One alarm of an event loop, which is only moved if it would come too late. Event loop only. */
final class SessionTimer {
    private final Runnable alarm;
    private @Nullable ScheduledFuture<?> next;
    private long nextNanos;

    SessionTimer(Runnable alarm) {
        this.alarm = alarm;
    }

    /** The alarm comes at that time or before it; {@link Long#MAX_VALUE}: it need not come. */
    void arm(long atNanos, EventExecutor loop) {
        if (atNanos == Long.MAX_VALUE || (next != null && nextNanos <= atNanos)) {
            return;
        }
        cancel();
        nextNanos = atNanos;
        next = loop.schedule(this::ring, Math.max(0, atNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    private void ring() {
        next = null;
        alarm.run();
    }

    void cancel() {
        if (next != null) {
            next.cancel(false);
            next = null;
        }
    }
}
