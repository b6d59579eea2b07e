package io.waxwing.ledger.note;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import java.nio.charset.StandardCharsets;

/**
 * A tree head as it stands on another chain. Layout, {@value #BYTES} bytes: "evl/anchor/v1\n", 32 ledgerId, u64 tree
 * size, 32 root. No signature: that of the transaction says who anchored it, and a checkpoint of this size whose quorum
 * signed this root says that it is the ledger's.
 */
public record AnchorData(Hash ledgerId, long treeSize, Hash root) {
    public static final int BYTES = 86;

    private static final String MAGIC = "evl/anchor/v1\n";

    public ByteString encode() {
        return ByteString.of(new ByteWriter(BYTES)
                .ascii(MAGIC)
                .hash(ledgerId)
                .u63(treeSize)
                .hash(root)
                .toBytes());
    }

    /** Throws {@link MalformedException} WXW-3009 unless the bytes are exactly one. */
    public static AnchorData decode(ByteString bytes) {
        ByteReader in = new ByteReader(bytes.toBytes(), MalformedException.VALUE);
        if (bytes.size() != BYTES || !new String(in.bytes(MAGIC.length()), StandardCharsets.US_ASCII).equals(MAGIC)) {
            throw new MalformedException(MalformedException.VALUE, "not the data of an anchored checkpoint");
        }
        AnchorData data = new AnchorData(in.hash(), in.u63("tree size"), in.hash());
        in.expectEnd("the data of an anchored checkpoint");
        return data;
    }
}
