package io.waxwing.ledger.note;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.commit.Component;
import io.waxwing.ledger.commit.PayloadCommitment.Disclosed;
import io.waxwing.ledger.commit.PayloadCommitment.Undisclosed;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The extra data of a receipt: repeated u8 tag, u32 length, value, in rising order of tags; unknown tags are skipped.
 *
 * <ol>
 *   <li>SEGMENT leaf, 146 bytes (required)
 *   <li>disclosed component: u8 i, 32 k_i, bytes (empty if the payload travels beside)
 *   <li>undisclosed component: u8 i, 32 C_i
 *   <li>trust.chain
 *   <li>BLOCK leaf: 172 bytes, u64 leaf index, path
 *   <li>position in the segment: u32 i, u32 count, path
 *   <li>BATCH leaf: u32 length, bytes, u64 leaf index, u8 n, n hashes of its path, u32 position of the origin part,
 *       path of the origin part in segmentsRoot
 * </ol>
 *
 * A path without a length in front takes the rest of the value, 32 bytes a hash.
 */
public record ReceiptExtra(
        ByteString segmentLeaf,
        List<Disclosed> disclosed,
        List<Undisclosed> undisclosed,
        @Nullable ByteString trustChain,
        @Nullable ProvenLeaf block,
        @Nullable EventPosition position,
        @Nullable ProvenBatch batch,
        List<Integer> unknownTags) {
    private static final int BLOCK_BYTES = 172;
    private static final int MAX_PATH = 63;

    public ReceiptExtra {
        disclosed = List.copyOf(disclosed);
        undisclosed = List.copyOf(undisclosed);
        unknownTags = List.copyOf(unknownTags);
    }

    /** Without tags of a later version; those are only read, never written. */
    public ReceiptExtra(
            ByteString segmentLeaf,
            List<Disclosed> disclosed,
            List<Undisclosed> undisclosed,
            @Nullable ByteString trustChain,
            @Nullable ProvenLeaf block,
            @Nullable EventPosition position,
            @Nullable ProvenBatch batch) {
        this(segmentLeaf, disclosed, undisclosed, trustChain, block, position, batch, List.of());
    }

    /** True if every optional part of this version is there. */
    public boolean isWhole() {
        return trustChain != null && block != null && position != null && batch != null;
    }

    /** A leaf with its index and inclusion path under the receipt's checkpoint. */
    public record ProvenLeaf(ByteString leaf, long leafIndex, List<Hash> path) {
        public ProvenLeaf {
            path = List.copyOf(path);
        }
    }

    /** Which event of the segment, and its path under eventsRoot. */
    public record EventPosition(int position, int count, List<Hash> path) {
        public EventPosition {
            path = List.copyOf(path);
        }
    }

    /** The BATCH leaf, and which of its segments this is. */
    public record ProvenBatch(ProvenLeaf leaf, int segmentPosition, List<Hash> segmentPath) {
        public ProvenBatch {
            segmentPath = List.copyOf(segmentPath);
        }
    }

    /** The bytes under base64 on the extra line. */
    public byte[] encode() {
        ByteWriter out = new ByteWriter(1024);
        put(out, 1, segmentLeaf.toBytes());
        disclosed.forEach(shown -> put(
                out,
                2,
                component(shown.component(), shown.key()).string(shown.bytes()).toBytes()));
        undisclosed.forEach(hidden ->
                put(out, 3, component(hidden.component(), hidden.commitment()).toBytes()));
        if (trustChain != null) {
            put(out, 4, trustChain.toBytes());
        }
        if (block != null) {
            ByteWriter value = new ByteWriter(512).string(block.leaf()).u63(block.leafIndex());
            put(out, 5, path(value, block.path()));
        }
        if (position != null) {
            ByteWriter value = new ByteWriter(512).u32(position.position()).u32(position.count());
            put(out, 6, path(value, position.path()));
        }
        if (batch != null) {
            put(out, 7, encodeBatch(batch));
        }
        return out.toBytes();
    }

    private static byte[] encodeBatch(ProvenBatch batch) {
        ProvenLeaf proven = batch.leaf();
        ByteWriter value = new ByteWriter(1024).u32(proven.leaf().size()).string(proven.leaf());
        value.u63(proven.leafIndex()).u8(proven.path().size());
        proven.path().forEach(value::hash);
        return path(value.u32(batch.segmentPosition()), batch.segmentPath());
    }

    private static ByteWriter component(Component component, Hash hash) {
        return new ByteWriter(64).u8(component.index()).hash(hash);
    }

    private static byte[] path(ByteWriter value, List<Hash> path) {
        path.forEach(value::hash);
        return value.toBytes();
    }

    private static void put(ByteWriter out, int tag, byte[] value) {
        out.u8(tag).u32(value.length).bytes(value);
    }

    /** Throws {@link MalformedException} for a known tag of a wrong form, and if the SEGMENT leaf is missing. */
    public static ReceiptExtra decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes, MalformedException.RECEIPT);
        Builder builder = new Builder();
        int last = 0;
        while (in.remaining() > 0) {
            int tag = in.u8();
            if (tag < last) {
                throw in.malformed("extra value " + tag + " stands after " + last);
            }
            last = tag;
            int length = in.length32(bytes.length, "extra value " + tag);
            builder.add(tag, new ByteReader(in.bytes(length), MalformedException.RECEIPT));
        }
        return builder.build();
    }

    private static final class Builder {
        private final List<Disclosed> disclosed = new ArrayList<>();
        private final List<Undisclosed> undisclosed = new ArrayList<>();
        private final List<Integer> unknownTags = new ArrayList<>();
        private @Nullable ByteString segmentLeaf;
        private @Nullable ByteString trustChain;
        private @Nullable ProvenLeaf block;
        private @Nullable EventPosition position;
        private @Nullable ProvenBatch batch;

        void add(int tag, ByteReader in) {
            switch (tag) {
                case 1 -> segmentLeaf = once(segmentLeaf, in.string(in.remaining()), tag);
                case 2 -> disclosed.add(new Disclosed(Component.at(in.u8()), in.hash(), in.string(in.remaining())));
                case 3 -> {
                    undisclosed.add(new Undisclosed(Component.at(in.u8()), in.hash()));
                    in.expectEnd("an undisclosed component");
                }
                case 4 -> trustChain = once(trustChain, in.string(in.remaining()), tag);
                case 5 ->
                    block = once(block, new ProvenLeaf(in.string(BLOCK_BYTES), in.u63("leaf index"), rest(in)), tag);
                case 6 -> position = once(position, new EventPosition(u31(in), u31(in), rest(in)), tag);
                case 7 -> batch = once(batch, readBatch(in), tag);
                default -> unknownTags.add(tag);
            }
        }

        ReceiptExtra build() {
            if (segmentLeaf == null) {
                throw new MalformedException(MalformedException.RECEIPT, "the SEGMENT leaf is missing");
            }
            return new ReceiptExtra(
                    segmentLeaf, disclosed, undisclosed, trustChain, block, position, batch, unknownTags);
        }

        private static <T> T once(@Nullable T before, T value, int tag) {
            if (before != null) {
                throw new MalformedException(MalformedException.RECEIPT, "extra value " + tag + " stands there twice");
            }
            return value;
        }

        private static ProvenBatch readBatch(ByteReader in) {
            ByteString leaf = in.string(in.length32(0xffff, "the BATCH leaf"));
            long leafIndex = in.u63("leaf index");
            List<Hash> path = hashes(in, in.u8());
            return new ProvenBatch(new ProvenLeaf(leaf, leafIndex, path), u31(in), rest(in));
        }

        private static int u31(ByteReader in) {
            long value = in.u32();
            if (value > Integer.MAX_VALUE) {
                throw in.malformed("position " + value + " is too large");
            }
            return (int) value;
        }

        private static List<Hash> rest(ByteReader in) {
            if (in.remaining() % Hash.LENGTH != 0) {
                throw in.malformed("a path has 32 bytes a hash, " + in.remaining() + " are left");
            }
            return hashes(in, in.remaining() / Hash.LENGTH);
        }

        private static List<Hash> hashes(ByteReader in, int count) {
            if (count > MAX_PATH) {
                throw in.malformed("a path has at most " + MAX_PATH + " hashes, got " + count);
            }
            List<Hash> hashes = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                hashes.add(in.hash());
            }
            return hashes;
        }
    }
}
