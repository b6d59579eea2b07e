package io.waxwing.broker.store;

import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.Payload;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.commit.PayloadCommitment;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The events of one group commit as one value, so that a synced write costs one key however many events it holds.
 *
 * <pre>
 * block  = count u32 | offset u32 * count | event * count
 * event  = version u8 = 2 | lane 6 | class u8 | qos u8 | flags u8 (1: retain, 2: held for its batch, 4: content gone, 8: erased, and the
 *        payload is the commitments to the four components) | receivedMs u64 | salt 32 | commit 32
 *        | topic u16 + bytes | attributes u32 + bytes | payload u32 + bytes | publisher u16 + bytes
 * </pre>
 */
final class EventBlock {
    private static final byte VERSION = 2;
    private static final int RETAIN = 1;
    private static final int HELD = 2;
    private static final int EXPIRED = 4;
    private static final int ERASED = 8;
    private static final int LANE_BYTES = Short.BYTES + Integer.BYTES;
    private static final int FIXED_BYTES =
            4 + LANE_BYTES + Long.BYTES + 2 * Hash.LENGTH + 2 * Short.BYTES + 2 * Integer.BYTES;

    private final long firstJournalSeq;
    private final byte[] bytes;

    EventBlock(long firstJournalSeq, byte[] bytes) {
        this.firstJournalSeq = firstJournalSeq;
        this.bytes = bytes;
    }

    static byte[] encode(List<StoredEvent> events) {
        int count = events.size();
        byte[][] topics = new byte[count][];
        byte[][] publishers = new byte[count][];
        int size = Integer.BYTES * (1 + count);
        for (int i = 0; i < count; i++) {
            StoredEvent event = events.get(i);
            topics[i] = event.topic().getBytes(StandardCharsets.UTF_8);
            publishers[i] = event.publisher().getBytes(StandardCharsets.UTF_8);
            size += FIXED_BYTES
                    + topics[i].length
                    + publishers[i].length
                    + event.attributes().encoded().length
                    + stored(event).length;
        }
        ByteBuffer out = ByteBuffer.allocate(size).putInt(count);
        int body = Integer.BYTES * (1 + count);
        for (int i = 0; i < count; i++) {
            out.putInt(Integer.BYTES * (1 + i), body);
            out.position(body);
            put(events.get(i), topics[i], publishers[i], out);
            body = out.position();
        }
        return out.array();
    }

    private static void put(StoredEvent event, byte[] topic, byte[] publisher, ByteBuffer out) {
        byte[] content = stored(event);
        out.put(VERSION)
                .putShort((short) event.lane().originId())
                .putInt((int) event.lane().audienceId())
                .put((byte) event.deliveryClass().code())
                .put((byte) event.qos())
                .put(flags(event))
                .putLong(event.receivedMs())
                .put(event.salt().toBytes())
                .put(event.commit().toBytes())
                .putShort((short) topic.length)
                .put(topic)
                .putInt(event.attributes().encoded().length)
                .put(event.attributes().encoded())
                .putInt(content.length)
                .put(content)
                .putShort((short) publisher.length)
                .put(publisher);
    }

    private static byte flags(StoredEvent event) {
        return (byte) ((event.retain() ? RETAIN : 0)
                | (event.held() ? HELD : 0)
                | (event.expired() ? EXPIRED : 0)
                | (event.isErased() ? ERASED : 0));
    }

    /** What stands in the payload's place. */
    private static byte[] stored(StoredEvent event) {
        ByteString commitments = event.commitments();
        return commitments == null ? event.payload().bytes() : commitments.toBytes();
    }

    int count() {
        return bytes.length < Integer.BYTES ? 0 : ByteBuffer.wrap(bytes).getInt();
    }

    long firstJournalSeq() {
        return firstJournalSeq;
    }

    boolean holds(long journalSeq) {
        return journalSeq >= firstJournalSeq && journalSeq < firstJournalSeq + count();
    }

    /** Reads one event. @throws RefusedException WXW-2104 if the bytes are not a block */
    StoredEvent read(long journalSeq) {
        int at = Math.toIntExact(journalSeq - firstJournalSeq);
        try {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            in.position(in.getInt(Integer.BYTES * (1 + at)));
            byte version = in.get();
            if (version != VERSION) {
                throw damaged(journalSeq, "version " + version);
            }
            Lane lane = new Lane(in.getShort() & 0xffff, in.getInt() & 0xffff_ffffL);
            DeliveryClass deliveryClass = DeliveryClass.ofCode(in.get());
            int qos = in.get();
            byte flags = in.get();
            boolean retain = (flags & RETAIN) != 0;
            boolean held = (flags & HELD) != 0;
            long receivedMs = in.getLong();
            Hash salt = Hash.of(take(in, Hash.LENGTH));
            Hash commit = Hash.of(take(in, Hash.LENGTH));
            String topic = new String(take(in, in.getShort() & 0xffff), StandardCharsets.UTF_8);
            Attributes attributes = Attributes.decode(take(in, in.getInt()));
            byte[] content = take(in, in.getInt());
            boolean erased = (flags & ERASED) != 0;
            if (erased && content.length != PayloadCommitment.COMMITMENTS_BYTES) {
                throw damaged(journalSeq, "an erased event with " + content.length + " bytes");
            }
            String publisher = new String(take(in, in.getShort() & 0xffff), StandardCharsets.UTF_8);
            return new StoredEvent(
                    journalSeq,
                    lane,
                    held,
                    topic,
                    deliveryClass,
                    qos,
                    retain,
                    receivedMs,
                    salt,
                    commit,
                    attributes,
                    erased ? Payload.EMPTY : Payload.of(content),
                    publisher,
                    (flags & EXPIRED) != 0,
                    erased ? ByteString.of(content) : null);
        } catch (BufferUnderflowException e) {
            throw damaged(journalSeq, "a length reaches beyond the end");
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw damaged(journalSeq, String.valueOf(e.getMessage()));
        }
    }

    private static byte[] take(ByteBuffer in, int length) {
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] taken = new byte[length];
        in.get(taken);
        return taken;
    }

    private static RefusedException damaged(long journalSeq, String why) {
        return new RefusedException(FailureCode.DATA_DAMAGED, "journal event " + journalSeq + ": " + why);
    }
}
