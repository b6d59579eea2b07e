package io.waxwing.ledger.batch;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.commit.BoundHeaders;
import io.waxwing.ledger.commit.Component;
import io.waxwing.ledger.commit.PayloadCommitment;
import io.waxwing.ledger.commit.Salt;
import io.waxwing.ledger.hash.Hash;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * An event as it goes to the members of its audience: u8 delivery class, u8 qos (0 to 2), u8 flags (1: retain, 2:
 * erased), u64 originTimeMs, 32 salt, u16 length and topic in UTF-8, u32 length and the publisher's headers, u32 length
 * and payload (component c3). All of it is bound by the commitment: class, qos, retain and time as
 * {@link BoundHeaders}. Of one that was erased the salt is zeros, there are no headers, and in place of the payload
 * stand the commitments to its four components: they are bound, and its topic by the segment's tag.
 *
 * @param deliveryClass the code that the origin's topic has
 * @param headers read only
 * @param payload read only
 */
@SuppressWarnings("ArrayRecordComponent") // Payloads are not copied at every hand-over; never compared.
public record CarriedEvent(
        int deliveryClass,
        int qos,
        boolean retain,
        long originTimeMs,
        Hash salt,
        String topic,
        byte[] headers,
        byte[] payload,
        boolean isErased) {
    private static final int MAX_QOS = 2;
    private static final int RETAIN = 1;
    private static final int ERASED = 2;
    private static final byte[] NOTHING = new byte[0];
    private static final byte[] NO_PUBLISHER = new byte[0];

    /** One with its content. */
    public CarriedEvent(
            int deliveryClass,
            int qos,
            boolean retain,
            long originTimeMs,
            Hash salt,
            String topic,
            byte[] headers,
            byte[] payload) {
        this(deliveryClass, qos, retain, originTimeMs, salt, topic, headers, payload, false);
    }

    /** What is left of it when its content goes; itself if that has gone. */
    public CarriedEvent erased() {
        return isErased
                ? this
                : new CarriedEvent(
                        deliveryClass,
                        qos,
                        retain,
                        originTimeMs,
                        Hash.ZERO,
                        topic,
                        NOTHING,
                        commitment().commitments(),
                        true);
    }

    /** The commitment that the ledger has of it. */
    public Hash payloadCommit() {
        return isErased
                ? PayloadCommitment.payloadCommit(PayloadCommitment.commitments(payload))
                : commitment().payloadCommit();
    }

    private PayloadCommitment commitment() {
        byte[] bound = BoundHeaders.of(headers, word(), qos, retain, originTimeMs);
        return PayloadCommitment.of(Salt.of(salt.toBytes()), Component.topic(topic), bound, NO_PUBLISHER, payload);
    }

    /** Of the delivery class; one that no origin has is refused where it is stored. */
    private String word() {
        return switch (deliveryClass) {
            case 1 -> "ordered";
            case 2 -> "sealed";
            default -> "class-" + deliveryClass;
        };
    }

    /** Bytes of {@link #writeTo}. */
    public int encodedSize() {
        return 1
                + 1
                + 1
                + Long.BYTES
                + Hash.LENGTH
                + Short.BYTES
                + Component.topic(topic).length
                + Integer.BYTES
                + headers.length
                + Integer.BYTES
                + payload.length;
    }

    public void writeTo(ByteWriter out) {
        byte[] name = Component.topic(topic);
        out.u8(deliveryClass).u8(qos).u8((retain ? RETAIN : 0) | (isErased ? ERASED : 0));
        out.u63(originTimeMs).hash(salt);
        out.u16(name.length).bytes(name);
        out.u32(headers.length).bytes(headers);
        out.u32(payload.length).bytes(payload);
    }

    public static CarriedEvent readFrom(ByteReader in) {
        int deliveryClass = in.u8();
        int qos = in.u8();
        int flags = in.u8();
        if (qos > MAX_QOS || (flags & ~(RETAIN | ERASED)) != 0) {
            throw in.malformed("an event has qos " + qos + " and flags " + flags);
        }
        long timeMs = in.u63("originTimeMs");
        Hash salt = in.hash();
        String topic = utf8(in.bytes(in.u16()), in);
        byte[] headers = in.bytes(in.length32(in.remaining(), "headers"));
        byte[] payload = in.bytes(in.length32(in.remaining(), "a payload"));
        boolean erased = (flags & ERASED) != 0;
        boolean bare =
                salt.equals(Hash.ZERO) && headers.length == 0 && payload.length == PayloadCommitment.COMMITMENTS_BYTES;
        if (erased && !bare) {
            throw in.malformed("an erased event has more than the commitments to its components");
        }
        return new CarriedEvent(
                deliveryClass, qos, (flags & RETAIN) != 0, timeMs, salt, topic, headers, payload, erased);
    }

    private static String utf8(byte[] bytes, ByteReader in) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw in.malformed("a topic is not UTF-8");
        }
    }
}
