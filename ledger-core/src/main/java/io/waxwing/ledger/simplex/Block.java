package io.waxwing.ledger.simplex;

import io.waxwing.ledger.batch.BatchCodec;
import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.leaf.LeafCodec;
import io.waxwing.ledger.merkle.MerkleRoot;
import java.util.ArrayList;
import java.util.List;

/**
 * A block with its body: header, u8 count || certificates that justify it, the batches (as {@link BatchCodec}), u16
 * count || (u32 length || CONFIG leaf)* control transactions. batchesRoot = MTH over the encoded batches with their
 * certificates, since those become leaves; evidenceRoot = MTH over the control transactions.
 */
public record Block(
        BlockHeader header, List<Certificate> justify, List<BatchReference> batches, List<ConfigLeaf> configs) {
    public static final int MAX_BATCHES = 4096;
    public static final int MAX_BYTES = 1024 * 1024;

    public Block {
        justify = List.copyOf(justify);
        batches = List.copyOf(batches);
        configs = List.copyOf(configs);
    }

    /** MTH over the encoded batches. */
    public static Hash batchesRoot(List<BatchReference> batches) {
        List<byte[]> entries = new ArrayList<>(batches.size());
        batches.forEach(batch -> entries.add(BatchCodec.encode(batch)));
        return MerkleRoot.ofEntries(entries);
    }

    /** MTH over the control transactions. */
    public static Hash evidenceRoot(List<ConfigLeaf> configs) {
        return MerkleRoot.ofEntries(configs.stream().map(ConfigLeaf::encode).toList());
    }

    public Hash blockId() {
        return header.blockId();
    }

    public byte[] encode() {
        int size = BlockHeader.ENCODED_BYTES + 256;
        for (BatchReference batch : batches) {
            size += BatchCodec.encodedSize(batch);
        }
        ByteWriter out = new ByteWriter(size);
        header.writeTo(out);
        out.u8(justify.size());
        justify.forEach(certificate -> certificate.writeTo(out));
        batches.forEach(batch -> BatchCodec.write(batch, out));
        out.u16(configs.size());
        for (ConfigLeaf config : configs) {
            byte[] leaf = config.encode();
            out.u32(leaf.length).bytes(leaf);
        }
        return out.toBytes();
    }

    /**
     * Throws {@link MalformedException} for anything but one block whose body matches its header's roots and counts.
     */
    public static Block decode(byte[] bytes, int validators) {
        ByteReader in = new ByteReader(bytes, MalformedException.BLOCK);
        BlockHeader header = BlockHeader.readFrom(in);
        List<Certificate> justify = new ArrayList<>();
        for (int left = in.u8(); left > 0; left--) {
            justify.add(Certificate.readFrom(in, validators));
        }
        List<BatchReference> batches = new ArrayList<>();
        for (int left = header.batchCount(); left > 0; left--) {
            batches.add(BatchCodec.read(in));
        }
        List<ConfigLeaf> configs = new ArrayList<>();
        for (int left = in.u16(); left > 0; left--) {
            configs.add(LeafCodec.decodeConfig(in.bytes(in.length32(LeafCodec.MAX_BYTES, "a control transaction"))));
        }
        in.expectEnd("a block");
        Block block = new Block(header, justify, batches, configs);
        if (!batchesRoot(batches).equals(header.batchesRoot())
                || !evidenceRoot(configs).equals(header.evidenceRoot())) {
            throw new MalformedException(MalformedException.BLOCK, "the block's body does not match its header");
        }
        return block;
    }
}
