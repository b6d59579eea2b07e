package io.waxwing.mqtt.wire;

import io.netty.buffer.ByteBuf;
import io.waxwing.bus.event.Payload;
import io.waxwing.mqtt.packet.Bytes;
import io.waxwing.mqtt.packet.ReasonCode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the data types of section 1.5 from one packet's body. The limit is the end of the packet (or of a property
 * block inside it), so no field can read into what follows. Reused for every packet of a connection; not thread safe.
 */
final class FieldReader {
    private static final int MAX_VARIABLE_BYTES = 4;
    private static final byte[] NONE = {};

    private final ByteBuf empty;
    private ByteBuf body;
    private int start;
    private int end;
    // Publishers repeat their topic; one remembered string spares decoding and garbage for most packets.
    private byte[] lastTopicBytes = NONE;
    private String lastTopic = "";

    FieldReader(ByteBuf empty) {
        this.empty = empty;
        this.body = empty;
    }

    /** Begins a packet: the next {@code length} readable bytes of {@code buffer} are its body. */
    void reset(ByteBuf buffer, int length) {
        body = buffer;
        start = buffer.readerIndex();
        end = start + length;
    }

    /** Ends it: the buffer is somebody else's again. */
    void forget() {
        start = 0;
        end = 0;
        body = empty;
    }

    int offset() {
        return body.readerIndex() - start;
    }

    int remaining() {
        return end - body.readerIndex();
    }

    /** Narrows the limit to the next {@code length} bytes and returns the old limit for {@link #widen}. */
    int narrow(int length, String field) throws Malformed {
        need(length, field);
        int old = end;
        end = body.readerIndex() + length;
        return old;
    }

    void widen(int oldEnd) {
        end = oldEnd;
    }

    int u8(String field) throws Malformed {
        need(1, field);
        return body.readUnsignedByte();
    }

    int u16(String field) throws Malformed {
        need(2, field);
        return body.readUnsignedShort();
    }

    long u32(String field) throws Malformed {
        need(4, field);
        return body.readUnsignedInt();
    }

    /** Variable byte integer in its shortest form only (E-2). */
    int variable(String field) throws Malformed {
        int value = 0;
        for (int i = 0; i < MAX_VARIABLE_BYTES; i++) {
            int b = u8(field);
            value |= (b & 0x7F) << (7 * i);
            if ((b & 0x80) == 0) {
                if (b == 0 && i > 0) {
                    throw malformed(field);
                }
                return value;
            }
        }
        throw malformed(field);
    }

    int packetId() throws Malformed {
        int id = u16("packet identifier");
        if (id == 0) {
            throw malformed("packet identifier");
        }
        return id;
    }

    String text(String field) throws Malformed {
        byte[] bytes = array(u16(field), field);
        return decode(bytes, field);
    }

    /** A topic name: text that is remembered until another one comes. */
    String topic(String field) throws Malformed {
        int length = u16(field);
        need(length, field);
        if (length == lastTopicBytes.length && sameAsLast(length)) {
            body.skipBytes(length);
            return lastTopic;
        }
        byte[] bytes = array(length, field);
        String topic = decode(bytes, field);
        lastTopicBytes = bytes;
        lastTopic = topic;
        return topic;
    }

    Bytes binary(String field) throws Malformed {
        return Bytes.of(array(u16(field), field));
    }

    /** All that is left. */
    Payload rest() {
        byte[] bytes = new byte[remaining()];
        body.readBytes(bytes);
        return Payload.of(bytes);
    }

    /** A binary field that is a payload. */
    Payload payload(String field) throws Malformed {
        return Payload.of(array(u16(field), field));
    }

    boolean nextIs(byte[] expected, String field) throws Malformed {
        return Arrays.equals(array(expected.length, field), expected);
    }

    /** Requires that the packet has been read to its last byte (E-3). */
    void finish() throws Malformed {
        if (remaining() != 0) {
            throw malformed("surplus bytes");
        }
    }

    Malformed malformed(String field) {
        return fault(ReasonCode.MALFORMED_PACKET, field);
    }

    Malformed protocolError(String field) {
        return fault(ReasonCode.PROTOCOL_ERROR, field);
    }

    Malformed fault(ReasonCode reason, String field) {
        return new Malformed(reason, field, offset());
    }

    private void need(int length, String field) throws Malformed {
        if (length > remaining()) {
            throw malformed(field);
        }
    }

    private byte[] array(int length, String field) throws Malformed {
        need(length, field);
        byte[] bytes = new byte[length];
        body.readBytes(bytes);
        return bytes;
    }

    private boolean sameAsLast(int length) {
        int from = body.readerIndex();
        for (int i = 0; i < length; i++) {
            if (body.getByte(from + i) != lastTopicBytes[i]) {
                return false;
            }
        }
        return true;
    }

    private String decode(byte[] bytes, String field) throws Malformed {
        int fault = Utf8.firstFault(bytes);
        if (fault >= 0) {
            throw new Malformed(ReasonCode.MALFORMED_PACKET, field, offset() - bytes.length + fault);
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
