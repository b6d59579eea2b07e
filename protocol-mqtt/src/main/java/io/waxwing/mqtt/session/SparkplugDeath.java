package io.waxwing.mqtt.session;

import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.event.Payload;
import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * An NDEATH with the time of the death: as a will it was written at CONNECT, so a server may set the timestamp to when
 * it publishes it (Sparkplug 3.0, conformance-mqtt-aware-ndeath-timestamp). The timestamp is field 1 of the payload, a
 * protobuf message; all other bytes stay as they are. What is no such message, or is a CloudEvent of its publisher's
 * own, is not touched. Functions of their arguments.
 */
public final class SparkplugDeath {
    private static final String NAMESPACE = "spBv1.0/";
    private static final int LEVELS = 4;
    private static final int TIMESTAMP = 1 << 3;
    private static final int VARINT_BYTES_MAX = 10;

    private SparkplugDeath() {}

    /** The draft as it is to be published now; {@code wallMillis} is asked for deaths only. */
    public static EventDraft at(EventDraft draft, LongSupplier wallMillis) {
        if (!draft.topic().startsWith(NAMESPACE) || !isDeath(draft.topic())) {
            return draft;
        }
        if (!Attributes.RAW_TYPE.equals(draft.attributes().get(Attributes.TYPE))) {
            return draft;
        }
        byte[] payload = draft.payload().bytes();
        byte[] dated = dated(payload, wallMillis.getAsLong());
        return dated == payload ? draft : with(draft, Payload.of(dated));
    }

    private static boolean isDeath(String topic) {
        String[] levels = topic.split("/", -1);
        return levels.length == LEVELS && levels[2].equals("NDEATH");
    }

    private static EventDraft with(EventDraft draft, Payload payload) {
        return new EventDraft(
                draft.topic(),
                draft.attributes(),
                payload,
                draft.qos(),
                draft.retain(),
                draft.identified(),
                draft.ackWanted(),
                draft.publisher(),
                draft.receivedNanos(),
                draft.mark());
    }

    /** The message with that timestamp in front; the same array if it is no message. */
    static byte[] dated(byte[] message, long wallMillis) {
        byte[] out = new byte[message.length + 1 + VARINT_BYTES_MAX];
        out[0] = TIMESTAMP;
        int length = 1 + putVarint(wallMillis, out, 1);
        int at = 0;
        while (at < message.length) {
            int end = endOfField(message, at);
            if (end < 0) {
                return message;
            }
            if (message[at] != TIMESTAMP) {
                System.arraycopy(message, at, out, length, end - at);
                length += end - at;
            }
            at = end;
        }
        return Arrays.copyOf(out, length);
    }

    /** Where the field ends that begins there; negative if it is none. */
    private static int endOfField(byte[] message, int start) {
        int at = endOfVarint(message, start);
        if (at < 0) {
            return -1;
        }
        return switch (message[start] & 7) {
            case 0 -> endOfVarint(message, at);
            case 1 -> within(message, at + 8L);
            case 2 -> {
                int data = endOfVarint(message, at);
                yield data < 0 ? -1 : within(message, data + varint(message, at, data));
            }
            case 5 -> within(message, at + 4L);
            default -> -1;
        };
    }

    private static int within(byte[] message, long end) {
        return end >= 0 && end <= message.length ? (int) end : -1;
    }

    private static int endOfVarint(byte[] message, int start) {
        for (int at = start; at < message.length && at < start + VARINT_BYTES_MAX; at++) {
            if (message[at] >= 0) {
                return at + 1;
            }
        }
        return -1;
    }

    /** Of a length; what is longer than an array can be is told as such. */
    private static long varint(byte[] message, int start, int end) {
        long value = 0;
        for (int at = start; at < end; at++) {
            if (at - start >= 5) {
                return Integer.MAX_VALUE;
            }
            value |= (long) (message[at] & 0x7F) << (7 * (at - start));
        }
        return value;
    }

    private static int putVarint(long value, byte[] out, int start) {
        long left = value;
        int at = start;
        while ((left & ~0x7FL) != 0) {
            out[at++] = (byte) ((left & 0x7F) | 0x80);
            left >>>= 7;
        }
        out[at++] = (byte) left;
        return at - start;
    }
}
