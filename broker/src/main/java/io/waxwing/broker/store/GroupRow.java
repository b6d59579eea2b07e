package io.waxwing.broker.store;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * How far a group of shared subscriptions got. Layout: position, then the unfinished positions, 8 bytes each,
 * big-endian.
 *
 * @param position nothing from here on was given to a member
 * @param unfinished positions before it that were, and are not known to be finished, or are to be given again
 */
public record GroupRow(long position, List<Long> unfinished) {
    byte[] encode() {
        ByteBuffer out =
                ByteBuffer.allocate(Long.BYTES * (1 + unfinished.size())).putLong(position);
        unfinished.forEach(out::putLong);
        return out.array();
    }

    static GroupRow decode(byte[] value) {
        ByteBuffer in = ByteBuffer.wrap(value);
        long position = in.getLong();
        List<Long> unfinished = new ArrayList<>(in.remaining() / Long.BYTES);
        while (in.hasRemaining()) {
            unfinished.add(in.getLong());
        }
        return new GroupRow(position, unfinished);
    }
}
