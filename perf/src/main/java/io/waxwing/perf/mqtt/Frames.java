package io.waxwing.perf.mqtt;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The packets of MQTT 3.1.1 that a load sends, as bytes into a buffer that has room (section 2 and 3 there). */
final class Frames {
    static final int CONNACK = 2;
    static final int PUBLISH = 3;
    static final int PUBACK = 4;
    static final int PUBREC = 5;
    static final int PUBREL = 6;
    static final int PUBCOMP = 7;
    static final int SUBACK = 9;

    /** Of PUBACK, PUBREC, PUBREL and PUBCOMP. */
    static final int ACK_BYTES = 4;

    private Frames() {}

    static void connect(ByteBuffer out, String clientId, boolean cleanSession) {
        byte[] id = clientId.getBytes(StandardCharsets.UTF_8);
        out.put((byte) 0x10);
        remaining(out, 12 + id.length);
        out.putShort((short) 4).put("MQTT".getBytes(StandardCharsets.US_ASCII)).put((byte) 4);
        // Keep-alive 0: a load is never silent for long, and its end is the end of the connection.
        out.put((byte) (cleanSession ? 2 : 0)).putShort((short) 0);
        out.putShort((short) id.length).put(id);
    }

    static void subscribe(ByteBuffer out, byte[] filter, int qos) {
        out.put((byte) 0x82);
        remaining(out, 5 + filter.length);
        out.putShort((short) 1).putShort((short) filter.length).put(filter).put((byte) qos);
    }

    /** SUBSCRIBE with filters and options as they go on the wire. */
    static void subscribeAll(ByteBuffer out, ByteBuffer filters) {
        out.put((byte) 0x82);
        remaining(out, 2 + filters.remaining());
        out.putShort((short) 1).put(filters);
    }

    /** Fixed and variable header; the payload of {@code payloadBytes} has to follow. */
    static void publish(ByteBuffer out, byte[] topic, int qos, int packetId, int payloadBytes) {
        out.put((byte) (0x30 | qos << 1));
        remaining(out, 2 + topic.length + (qos == 0 ? 0 : 2) + payloadBytes);
        out.putShort((short) topic.length).put(topic);
        if (qos > 0) {
            out.putShort((short) packetId);
        }
    }

    static void acknowledge(ByteBuffer out, int type, int packetId) {
        out.put((byte) (type << 4 | (type == PUBREL ? 2 : 0))).put((byte) 2).putShort((short) packetId);
    }

    /** Bytes of a PUBLISH. */
    static int publishBytes(int topicBytes, int qos, int payloadBytes) {
        int remaining = 2 + topicBytes + (qos == 0 ? 0 : 2) + payloadBytes;
        return 1 + (remaining < 128 ? 1 : remaining < 16_384 ? 2 : remaining < 2_097_152 ? 3 : 4) + remaining;
    }

    private static void remaining(ByteBuffer out, int length) {
        int rest = length;
        while (rest > 127) {
            out.put((byte) ((rest & 127) | 128));
            rest >>>= 7;
        }
        out.put((byte) rest);
    }
}
