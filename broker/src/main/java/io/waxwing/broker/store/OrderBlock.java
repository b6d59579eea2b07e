package io.waxwing.broker.store;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import java.nio.ByteBuffer;

/**
 * What dispatch delivered in one step: consecutive positions, each naming an event of the journal.
 *
 * <pre>
 * block = height u64 | orderTimeMs u64 | count u32 | (journalSeq u64 | topicSeq u64) * count
 * </pre>
 *
 * For events delivered at once (sealed, local) height, orderTimeMs and every topicSeq are 0.
 */
public final class OrderBlock {
    private static final int HEADER_BYTES = 2 * Long.BYTES + Integer.BYTES;
    private static final int ENTRY_BYTES = 2 * Long.BYTES;

    private final long firstPosition;
    private final byte[] array;
    private final ByteBuffer bytes;
    private final int count;

    private OrderBlock(long firstPosition, byte[] array, int count) {
        this.firstPosition = firstPosition;
        this.array = array;
        this.bytes = ByteBuffer.wrap(array);
        this.count = count;
    }

    /** A block with room for {@code count} entries, to be filled with {@link #set}. */
    public static OrderBlock create(long firstPosition, long height, long orderTimeMs, int count) {
        byte[] array = new byte[HEADER_BYTES + ENTRY_BYTES * count];
        ByteBuffer.wrap(array).putLong(height).putLong(orderTimeMs).putInt(count);
        return new OrderBlock(firstPosition, array, count);
    }

    static OrderBlock decode(long firstPosition, byte[] value) {
        int count = value.length < HEADER_BYTES ? -1 : ByteBuffer.wrap(value).getInt(2 * Long.BYTES);
        if (count < 0 || value.length != HEADER_BYTES + (long) ENTRY_BYTES * count) {
            throw new RefusedException(FailureCode.DATA_DAMAGED, "order block at position " + firstPosition);
        }
        return new OrderBlock(firstPosition, value, count);
    }

    public void set(int entry, long journalSeq, long topicSeq) {
        bytes.putLong(HEADER_BYTES + entry * ENTRY_BYTES, journalSeq);
        bytes.putLong(HEADER_BYTES + entry * ENTRY_BYTES + Long.BYTES, topicSeq);
    }

    byte[] encoded() {
        return array;
    }

    public long firstPosition() {
        return firstPosition;
    }

    /** The position after the last one. */
    public long endPosition() {
        return firstPosition + count;
    }

    public int count() {
        return count;
    }

    /** Block height; 0 if delivered at once. */
    public long height() {
        return bytes.getLong(0);
    }

    /** Block time in Unix milliseconds; 0 if delivered at once. */
    public long orderTimeMs() {
        return bytes.getLong(Long.BYTES);
    }

    public long journalSeq(long position) {
        return bytes.getLong(HEADER_BYTES + entryOf(position) * ENTRY_BYTES);
    }

    /** topicSeq; 0 if delivered at once. */
    public long topicSeq(long position) {
        return bytes.getLong(HEADER_BYTES + entryOf(position) * ENTRY_BYTES + Long.BYTES);
    }

    private int entryOf(long position) {
        if (position < firstPosition || position >= endPosition()) {
            throw new IndexOutOfBoundsException("position " + position + " outside of its block");
        }
        return (int) (position - firstPosition);
    }
}
