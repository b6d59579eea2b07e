package io.waxwing.mqtt.netty;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.mqtt.packet.ReasonCode;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns clients away: before anything is done for them when too many are here or they come too fast, after their login
 * when one more durable session would be too many (mqtt.md C-10). Sockets that never send a CONNECT are bounded at
 * accept. Thread safe.
 */
final class ConnectGate {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectGate.class);
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    /** Connections beyond the bound that are let in to be told so. */
    private static final int TOLD = 64;

    private final ListenerLimits limits;
    private final MqttMetrics metrics;
    private final Sessions sessions;
    // When the bucket of a second's worth of connections is full again.
    private final AtomicLong fullAt = new AtomicLong(Long.MIN_VALUE);
    private final AtomicLong loggedAt = new AtomicLong(Long.MIN_VALUE);

    ConnectGate(ListenerLimits limits, MqttMetrics metrics, Sessions sessions) {
        this.limits = limits;
        this.metrics = metrics;
        this.sessions = sessions;
    }

    /** Whether a socket is let in at all. */
    boolean accepts(int open, long nowNanos) {
        boolean accepted = open <= limits.connections() + TOLD;
        if (!accepted) {
            refused(FailureCode.CONNECTION_LIMIT, nowNanos);
        }
        return accepted;
    }

    /** Why a client is turned away; null if it is not. */
    @Nullable ReasonCode refusal(long nowNanos) {
        if (metrics.connections() > limits.connections()) {
            return refused(FailureCode.CONNECTION_LIMIT, nowNanos);
        }
        if (isTooFast(nowNanos)) {
            return refused(FailureCode.CONNECTION_RATE, nowNanos);
        }
        return null;
    }

    /**
     * Why a client that was let in cannot have a durable session; null if it can, and then it has a place of
     * {@link Sessions#places} that it has to release. Judged after its login: a stranger does not learn how many there
     * are, or which.
     */
    @Nullable Refusal sessionRefusal(String clientId, long nowNanos) {
        if (sessions.places().take(clientId)) {
            return null;
        }
        refused(FailureCode.SESSION_LIMIT, nowNanos);
        return new Refusal(FailureCode.SESSION_LIMIT, "mqtt.maxSessions is reached");
    }

    private boolean isTooFast(long nowNanos) {
        if (limits.connectionsPerSecond() == 0) {
            return false;
        }
        long cost = NANOS_PER_SECOND / limits.connectionsPerSecond();
        while (true) {
            long full = fullAt.get();
            long next = (full == Long.MIN_VALUE ? nowNanos : Math.max(full, nowNanos)) + cost;
            if (next - nowNanos > NANOS_PER_SECOND) {
                return true;
            }
            if (fullAt.compareAndSet(full, next)) {
                return false;
            }
        }
    }

    /** A client publishes too fast and is not read from for a while. */
    void slowedDown(long nowNanos) {
        metrics.throttled();
        log(FailureCode.PUBLISH_RATE, nowNanos);
    }

    private ReasonCode refused(FailureCode code, long nowNanos) {
        metrics.refused(code);
        log(code, nowNanos);
        return code == FailureCode.CONNECTION_RATE ? ReasonCode.CONNECTION_RATE_EXCEEDED : ReasonCode.QUOTA_EXCEEDED;
    }

    private void log(FailureCode code, long nowNanos) {
        long last = loggedAt.get();
        boolean due = last == Long.MIN_VALUE || nowNanos - last > NANOS_PER_SECOND;
        // One line a second: a flood of clients is not to become a flood of lines.
        if (due && loggedAt.compareAndSet(last, nowNanos)) {
            LOG.warn("{} a bound for clients is reached: {}", code.text(), code.title());
        }
    }
}
