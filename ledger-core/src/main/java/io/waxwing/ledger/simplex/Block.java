package io.waxwing.ledger.simplex;

import io.waxwing.ledger.batch.BatchCodec;
import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.control.JoinFile;
import io.waxwing.ledger.dispute.Dispute;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.leaf.LeafCodec;
import io.waxwing.ledger.merkle.MerkleRoot;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A block with its body: header, u8 count || certificates that justify it, the batches (as {@link BatchCodec}), u16
 * count || (u32 length || control transaction)*, and, only if there is any, u16 count || evidence*. A control
 * transaction is a CONFIG leaf, or, behind all of those, a join file with the proofs of keys that a CONFIG registers,
 * or, last, a {@link Dispute}: its first byte tells which. batchesRoot = MTH over the encoded batches with their
 * certificates, since those become leaves; evidenceRoot = MTH over the control transactions and then the evidence.
 */
public record Block(
        BlockHeader header,
        List<Certificate> justify,
        List<BatchReference> batches,
        List<ConfigLeaf> configs,
        List<Evidence> evidence,
        List<JoinFile> joins,
        List<Dispute> disputes) {
    public static final int MAX_BATCHES = 4096;

    /** Most bytes of a whole block, justification included. */
    public static final int MAX_BYTES = 1024 * 1024;

    /** Most bytes of batches and control transactions: leaves room for the rest. */
    public static final int MAX_CONTENT_BYTES = 768 * 1024;

    /** The parent's certificate and 64 nullifications; voters fetch what is missing beyond. */
    public static final int MAX_JUSTIFY = 65;

    public static final int MAX_EVIDENCE = 64;

    /** Most control transactions of a block. */
    public static final int MAX_CONTROL = 64;

    private static final int JOIN_FIRST_BYTE = 'w';

    public Block {
        justify = List.copyOf(justify);
        batches = List.copyOf(batches);
        configs = List.copyOf(configs);
        evidence = List.copyOf(evidence);
        joins = List.copyOf(joins);
        disputes = List.copyOf(disputes);
    }

    /** A block without disputes. */
    public Block(
            BlockHeader header,
            List<Certificate> justify,
            List<BatchReference> batches,
            List<ConfigLeaf> configs,
            List<Evidence> evidence,
            List<JoinFile> joins) {
        this(header, justify, batches, configs, evidence, joins, List.of());
    }

    /** A block without join files. */
    public Block(
            BlockHeader header,
            List<Certificate> justify,
            List<BatchReference> batches,
            List<ConfigLeaf> configs,
            List<Evidence> evidence) {
        this(header, justify, batches, configs, evidence, List.of());
    }

    /** A block without evidence. */
    public Block(
            BlockHeader header, List<Certificate> justify, List<BatchReference> batches, List<ConfigLeaf> configs) {
        this(header, justify, batches, configs, List.of());
    }

    /** MTH over the encoded batches. */
    public static Hash batchesRoot(List<BatchReference> batches) {
        List<byte[]> entries = new ArrayList<>(batches.size());
        batches.forEach(batch -> entries.add(BatchCodec.encode(batch)));
        return MerkleRoot.ofEntries(entries);
    }

    /** MTH over the control transactions of a block without evidence. */
    public static Hash evidenceRoot(List<ConfigLeaf> configs) {
        return evidenceRoot(configs, List.of());
    }

    /** The same of a block without join files. */
    public static Hash evidenceRoot(List<ConfigLeaf> configs, List<Evidence> evidence) {
        return evidenceRoot(configs, List.of(), evidence);
    }

    /** The same of a block without disputes. */
    public static Hash evidenceRoot(List<ConfigLeaf> configs, List<JoinFile> joins, List<Evidence> evidence) {
        return evidenceRoot(configs, joins, List.of(), evidence);
    }

    /** MTH over the control transactions and then the evidence; the first byte tells one from the other. */
    public static Hash evidenceRoot(
            List<ConfigLeaf> configs, List<JoinFile> joins, List<Dispute> disputes, List<Evidence> evidence) {
        List<byte[]> entries = new ArrayList<>();
        configs.forEach(config -> entries.add(config.encode()));
        joins.forEach(join -> entries.add(join.encode().toBytes()));
        disputes.forEach(dispute -> entries.add(dispute.encode()));
        evidence.forEach(pair -> entries.add(pair.encode()));
        return MerkleRoot.ofEntries(entries);
    }

    public Hash blockId() {
        return header.blockId();
    }

    /** True if the epoch ends with this block: it carries a CONFIG. */
    public boolean endsEpoch() {
        return !configs.isEmpty();
    }

    /** True if it orders nothing. */
    public boolean isEmpty() {
        return batches.isEmpty() && configs.isEmpty() && evidence.isEmpty() && joins.isEmpty() && disputes.isEmpty();
    }

    /** The same block, as its id names it, without the certificates that came with it. */
    public Block withoutJustify() {
        return justify.isEmpty() ? this : new Block(header, List.of(), batches, configs, evidence, joins, disputes);
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
        out.u16(configs.size() + joins.size() + disputes.size());
        for (ConfigLeaf config : configs) {
            byte[] leaf = config.encode();
            out.u32(leaf.length).bytes(leaf);
        }
        for (JoinFile join : joins) {
            ByteString file = join.encode();
            out.u32(file.size()).string(file);
        }
        for (Dispute dispute : disputes) {
            byte[] bytes = dispute.encode();
            out.u32(bytes.length).bytes(bytes);
        }
        if (!evidence.isEmpty()) {
            out.u16(evidence.size());
            evidence.forEach(pair -> pair.writeTo(out));
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
        for (int left = count(in, in.u8(), MAX_JUSTIFY); left > 0; left--) {
            justify.add(Certificate.readFrom(in, validators));
        }
        List<BatchReference> batches = new ArrayList<>();
        for (int left = header.batchCount(); left > 0; left--) {
            batches.add(BatchCodec.read(in));
        }
        Controls controls = new Controls();
        for (int left = count(in, in.u16(), MAX_CONTROL); left > 0; left--) {
            controls.read(in);
        }
        List<Evidence> evidence = readEvidence(in);
        in.expectEnd("a block");
        Block block =
                new Block(header, justify, batches, controls.configs, evidence, controls.joins, controls.disputes);
        if (!batchesRoot(batches).equals(header.batchesRoot())
                || !controls.root(evidence).equals(header.evidenceRoot())) {
            throw new MalformedException(MalformedException.BLOCK, "the block's body does not match its header");
        }
        return block;
    }

    /**
     * A block of this node's own disk, whatever its epoch: how large the voters' bitmaps in its justification are is
     * not written there, so the sizes are tried until the body matches the header.
     */
    public static Block decodeStored(byte[] bytes) {
        MalformedException first = null;
        for (int validators = Byte.SIZE; validators <= Validators.MAX; validators += Byte.SIZE) {
            try {
                return decode(bytes, validators);
            } catch (MalformedException e) {
                first = first == null ? e : first;
            }
        }
        throw Objects.requireNonNull(first);
    }

    /** Control transactions as they are read: each kind behind the one before. */
    private static final class Controls {
        final List<ConfigLeaf> configs = new ArrayList<>();
        final List<JoinFile> joins = new ArrayList<>();
        final List<Dispute> disputes = new ArrayList<>();

        void read(ByteReader in) {
            byte[] control = in.bytes(in.length32(Dispute.MAX_BYTES, "a control transaction"));
            if (control.length > 0 && Dispute.begins(control[0])) {
                disputes.add(Dispute.decode(control));
            } else if (!disputes.isEmpty()) {
                throw in.malformed("disputes stand behind all other control transactions");
            } else if (control.length > 0 && control[0] == JOIN_FIRST_BYTE) {
                joins.add(JoinFile.parse(ByteString.of(control)));
            } else if (joins.isEmpty()) {
                configs.add(LeafCodec.decodeConfig(control));
            } else {
                throw in.malformed("join files stand behind the CONFIG leaves");
            }
        }

        Hash root(List<Evidence> evidence) {
            return evidenceRoot(configs, joins, disputes, evidence);
        }
    }

    private static List<Evidence> readEvidence(ByteReader in) {
        if (in.remaining() == 0) {
            return List.of();
        }
        int left = count(in, in.u16(), MAX_EVIDENCE);
        if (left == 0) {
            throw in.malformed("no evidence is written as nothing");
        }
        List<Evidence> evidence = new ArrayList<>();
        for (; left > 0; left--) {
            evidence.add(Evidence.readFrom(in));
        }
        return evidence;
    }

    private static int count(ByteReader in, int count, int limit) {
        if (count > limit) {
            throw in.malformed("a block has at most " + limit + " of these, got " + count);
        }
        return count;
    }
}
