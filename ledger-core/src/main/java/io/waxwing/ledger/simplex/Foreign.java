package io.waxwing.ledger.simplex;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.Hash;
import org.jspecify.annotations.Nullable;

/**
 * A message of an epoch that is not this node's: nothing in it is believed or verified, it only tells that one of the
 * two is behind.
 *
 * @param from where an answer goes, as the transport names a node in any epoch: {@link Validators#MAX} or more
 * @param epoch what the message names
 * @param wanted the block that is asked for, or null if the message is anything else
 */
public record Foreign(int from, long epoch, @Nullable Hash wanted) {
    private static final int BLOCK_REQUEST = 4;

    /** Reads no more of it than that. Throws {@link MalformedException} for what is no message. */
    public static Foreign read(int from, byte[] bytes) {
        long epoch = MessageCodec.epochOf(bytes);
        ByteReader in = new ByteReader(bytes, MalformedException.MESSAGE);
        boolean asks = in.u8() == BLOCK_REQUEST;
        in.u32();
        return new Foreign(from, epoch, asks ? in.hash() : null);
    }
}
