package io.waxwing.mqtt.netty;

import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.ScheduledFuture;
import io.waxwing.mqtt.session.MqttSession;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The one timer of a connection, set for when its session wants to be called next. Event loop only. */
final class SessionTimer implements Runnable {
    private final ChannelHandlerContext context;
    private final MqttSession session;
    private final MqttChannel channel;
    private @Nullable ScheduledFuture<?> scheduled;

    SessionTimer(ChannelHandlerContext context, MqttSession session, MqttChannel channel) {
        this.context = context;
        this.session = session;
        this.channel = channel;
    }

    /** Sets it unless it is set: a deadline that has moved is looked at when the former one comes. */
    void arm() {
        long at = session.nextTimeoutNanos();
        if (scheduled == null && at != Long.MAX_VALUE) {
            long delay = Math.max(0, at - System.nanoTime());
            scheduled = context.executor().schedule(this, delay, TimeUnit.NANOSECONDS);
        }
    }

    /** Sets it anew: the deadline may have come nearer. */
    void again() {
        cancel();
        arm();
    }

    /** The time has come. */
    @Override
    public void run() {
        scheduled = null;
        channel.onTimer();
        arm();
    }

    void cancel() {
        if (scheduled != null) {
            scheduled.cancel(false);
            scheduled = null;
        }
    }
}
