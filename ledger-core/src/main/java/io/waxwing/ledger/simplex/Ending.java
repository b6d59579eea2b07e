package io.waxwing.ledger.simplex;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a block is final: the certificate, and if that is of a descendant above the end of an epoch, the headers in
 * between, lowest first. Those blocks are empty and never applied, so nobody else keeps them; without them a node that
 * is behind could not get from the certificate down to the block. Bytes: certificate, then only if there are any u32
 * count || headers.
 */
public record Ending(Certificate finalization, List<BlockHeader> above) {
    public Ending {
        above = List.copyOf(above);
    }

    /** One of the empty blocks above, or null. */
    @Nullable Block block(Hash blockId) {
        for (BlockHeader header : above) {
            if (header.blockId().equals(blockId)) {
                return new Block(header, List.of(), List.of(), List.of());
            }
        }
        return null;
    }

    public ByteString encode() {
        ByteWriter out = new ByteWriter(1024 + above.size() * BlockHeader.ENCODED_BYTES);
        finalization.writeTo(out);
        if (!above.isEmpty()) {
            out.u32(above.size());
            above.forEach(header -> header.writeTo(out));
        }
        return ByteString.of(out.toBytes());
    }

    /** What was encoded in an epoch with so many validators; else throws {@link MalformedException}. */
    public static Ending decode(ByteString bytes, int validators) {
        ByteReader in = new ByteReader(bytes.toBytes(), MalformedException.BLOCK);
        Certificate finalization = Certificate.readFrom(in, validators);
        int count = in.remaining() == 0 ? 0 : in.length32(CatchUp.MAX_WAY, "headers above");
        BlockHeader[] above = new BlockHeader[count];
        for (int i = 0; i < count; i++) {
            above[i] = BlockHeader.readFrom(in);
        }
        in.expectEnd("the end of an epoch");
        return new Ending(finalization, List.of(above));
    }
}
