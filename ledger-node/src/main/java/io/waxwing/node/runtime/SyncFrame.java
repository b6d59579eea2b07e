package io.waxwing.node.runtime;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.simplex.Certificate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What travels on the channel SYNC: 1 a request, u64 height of the first block wanted; 2 a range, u64 that height, u16
 * count, and if there are any: the finalization certificate of the last block, then u32 length || block (without
 * justification) for each. The blocks of a range follow one another, so the one certificate proves all of them.
 */
sealed interface SyncFrame {
    int MAX_BLOCKS = 512;

    /** Bytes of blocks in a range: leaves room for the largest block in a frame of the links. */
    int MAX_BYTES = 3 << 19;

    /** Asks for blocks from that height on. */
    record Request(long from) implements SyncFrame {}

    /** Final blocks from that height on; none if the peer has no such block. */
    record Range(long from, @Nullable Certificate finalization, List<Block> blocks) implements SyncFrame {
        public Range {
            blocks = List.copyOf(blocks);
        }
    }

    static byte[] request(long from) {
        return new ByteWriter(1 + Long.BYTES).u8(1).u63(from).toBytes();
    }

    /** {@code blocks} are encoded. */
    static byte[] range(long from, @Nullable Certificate finalization, List<byte[]> blocks) {
        int size =
                blocks.stream().mapToInt(block -> block.length + Integer.BYTES).sum();
        ByteWriter out = new ByteWriter(size + 2048).u8(2).u63(from).u16(blocks.size());
        if (finalization != null) {
            finalization.writeTo(out);
        }
        blocks.forEach(block -> out.u32(block.length).bytes(block));
        return out.toBytes();
    }

    /** The height of a range, looked at before anything else of it; -1 for other frames. */
    static long rangeFrom(byte[] bytes) {
        ByteReader in = new ByteReader(bytes, MalformedException.MESSAGE);
        return in.u8() == 2 ? in.u63("height") : -1;
    }

    /** Throws {@link MalformedException} for anything but exactly one frame whose blocks follow one another. */
    static SyncFrame decode(byte[] bytes, int validators) {
        ByteReader in = new ByteReader(bytes, MalformedException.MESSAGE);
        int kind = in.u8();
        long from = in.u63("height");
        if (kind == 1) {
            in.expectEnd("a request for blocks");
            return new Request(from);
        }
        if (kind != 2) {
            throw in.malformed("unknown kind of frame " + kind);
        }
        int count = in.u16();
        if (count > MAX_BLOCKS) {
            throw in.malformed("a range of " + count + " blocks");
        }
        Certificate finalization = count == 0 ? null : Certificate.readFrom(in, validators);
        List<Block> blocks = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            blocks.add(Block.decode(in.bytes(in.length32(Block.MAX_BYTES, "a block")), validators));
        }
        in.expectEnd("a range of blocks");
        return new Range(from, finalization, blocks);
    }
}
