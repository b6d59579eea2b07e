package io.waxwing.mqtt.session;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.spi.Spending;
import io.waxwing.mqtt.packet.Properties;
import io.waxwing.mqtt.packet.Property;
import io.waxwing.mqtt.packet.Publish;
import org.jspecify.annotations.Nullable;

/**
 * How fast one client publishes (P-14). MQTT 5 has words for it: QoS 1 and 2 are refused with 0x97 and a word on when
 * to come again, QoS 0 is dropped and counted. What 3.1.1 sends is taken, and then nothing is read until it is its
 * turn.
 */
final class PublishQuota {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final boolean v5;
    private final Rate events;
    private final Rate bytes;
    private long retryAfterSeconds = 1;
    /** Null until a client of 3.1.1 owes its user's quota something. */
    private @Nullable Long owedUntilNanos;

    PublishQuota(ClientLimits limits, boolean v5) {
        this.v5 = v5;
        this.events = new Rate(limits.eventsPerSecond());
        this.bytes = new Rate(limits.bytesPerSecond());
    }

    /** Counts an event, its user's too; why it is not taken, null if it is. */
    @Nullable Refusal refusal(Publish packet, Spending user, long nowNanos) {
        long sizeBytes = (long) packet.payload().size() + packet.topic().length();
        long wait = Math.max(events.waitNanos(1, nowNanos), bytes.waitNanos(sizeBytes, nowNanos));
        if (wait > 0 && v5) {
            return refused(wait, "mqtt.publishRate or mqtt.publishBytesRate is reached");
        }
        if (v5) {
            wait = user.take(sizeBytes, nowNanos);
            if (wait > 0) {
                return refused(wait, "the user's quota is used up");
            }
        } else {
            long owed = user.owe(sizeBytes, nowNanos);
            owedUntilNanos = owed == 0 ? null : (Long) (nowNanos + owed);
        }
        events.take(1, nowNanos);
        bytes.take(sizeBytes, nowNanos);
        return null;
    }

    private Refusal refused(long waitNanos, String why) {
        retryAfterSeconds = waitNanos / NANOS_PER_SECOND + 1;
        return new Refusal(FailureCode.PUBLISH_RATE, why);
    }

    /** How long nothing more is to be read from a client; 0 from one that was in its bounds, or that speaks MQTT 5. */
    long waitNanos(long nowNanos) {
        if (v5) {
            return 0;
        }
        long own = Math.max(events.waitNanos(0, nowNanos), bytes.waitNanos(0, nowNanos));
        Long until = owedUntilNanos;
        return until == null ? own : Math.max(own, until - nowNanos);
    }

    /** What an acknowledgement says of a refusal. */
    Properties properties(Refusal refusal) {
        if (refusal.code() != FailureCode.PUBLISH_RATE) {
            return Properties.reason(refusal.toString());
        }
        return Properties.builder()
                .add(Property.REASON_STRING, refusal.toString())
                .user("retry-after", Long.toString(retryAfterSeconds))
                .build();
    }

    /** Why a topic or filter is too deep; null if it is not. */
    static @Nullable Refusal checkLevels(String topic, ClientLimits limits, FailureCode code) {
        int levels = 1;
        for (int i = 0; i < topic.length(); i++) {
            levels += topic.charAt(i) == '/' ? 1 : 0;
        }
        return levels > limits.topicLevels()
                ? new Refusal(code, "it has more than " + limits.topicLevels() + " levels (mqtt.maxTopicLevels)")
                : null;
    }
}
