package io.waxwing.node.snapshot;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.merkle.Tile;
import io.waxwing.ledger.merkle.TileId;
import java.util.ArrayList;
import java.util.List;

/**
 * What travels on the channel SYNC for snapshots, questions odd and their answers even. An answer repeats what was
 * asked; who cannot give it says so by empty bytes.
 *
 * <pre>
 * 3 which points?                    4 u16 count || (u64 height || 32 H(state record))*, heights rising
 * 5 end of epoch: u64 epoch          6 u64 epoch || u32 len || block || u32 len || why it is final
 * 7 point: u64 height                8 u64 height || u32 len || state record || u32 len || block || u32 len || why
 * 9 tile: u64 size u8 level u64 index        10 the same || hashes
 * 11 leaves: u64 size u64 from               12 the same || u16 count || (u32 len || leaf)*
 * </pre>
 *
 * Blocks are without justification; why one is final is written as {@link io.waxwing.ledger.simplex.Ending}, for a
 * point with the headers from the block's child up.
 */
sealed interface SnapshotFrame {
    int POINTS_WANTED = 3;
    int POINTS = 4;
    int END_WANTED = 5;
    int END = 6;
    int POINT_WANTED = 7;
    int POINT = 8;
    int TILE_WANTED = 9;
    int TILE = 10;
    int LEAVES_WANTED = 11;
    int LEAVES = 12;

    /** Bytes of leaves in an answer, and the most of anything else that has no bound of its own. */
    int MAX_BYTES = 3 << 19;

    /** Leaves in an answer. */
    int MAX_LEAVES = 16 * Tile.WIDTH;

    /** Points that a node may name: four times as many as nodes keep. */
    int MAX_POINTS = 16;

    /** A height that a snapshot can be taken at, and the hash of the state record there. */
    record Mark(long height, Hash digest) {}

    record PointsWanted() implements SnapshotFrame {}

    record Points(List<Mark> marks) implements SnapshotFrame {
        public Points {
            marks = List.copyOf(marks);
        }
    }

    record EndWanted(long epoch) implements SnapshotFrame {}

    record End(long epoch, ByteString block, ByteString why) implements SnapshotFrame {}

    record PointWanted(long height) implements SnapshotFrame {}

    record Point(long height, ByteString state, ByteString block, ByteString why) implements SnapshotFrame {}

    record TileWanted(long treeSize, TileId id) implements SnapshotFrame {}

    record TileHere(TileWanted asked, ByteString hashes) implements SnapshotFrame {}

    record LeavesWanted(long treeSize, long from) implements SnapshotFrame {}

    record Leaves(LeavesWanted asked, List<ByteString> leaves) implements SnapshotFrame {
        public Leaves {
            leaves = List.copyOf(leaves);
        }
    }

    /** True for a frame of a snapshot, whatever follows its first byte. */
    static boolean isOne(byte[] frame) {
        return frame.length > 0 && frame[0] >= POINTS_WANTED && frame[0] <= LEAVES;
    }

    /** True for a question, false for an answer. */
    static boolean isQuestion(byte[] frame) {
        return isOne(frame) && frame[0] % 2 == 1;
    }

    /** What a node answers that has nothing. Throws {@link MalformedException} if it is no question. */
    static SnapshotFrame nothingFor(byte[] frame) {
        SnapshotFrame question = decode(frame);
        if (question instanceof EndWanted end) {
            return new End(end.epoch(), ByteString.EMPTY, ByteString.EMPTY);
        } else if (question instanceof PointWanted point) {
            return new Point(point.height(), ByteString.EMPTY, ByteString.EMPTY, ByteString.EMPTY);
        } else if (question instanceof TileWanted tile) {
            return new TileHere(tile, ByteString.EMPTY);
        } else if (question instanceof LeavesWanted leaves) {
            return new Leaves(leaves, List.of());
        }
        return new Points(List.of());
    }

    default byte[] encode() {
        ByteWriter out = new ByteWriter(1024);
        if (this instanceof PointsWanted) {
            out.u8(POINTS_WANTED);
        } else if (this instanceof Points points) {
            out.u8(POINTS).u16(points.marks().size());
            points.marks().forEach(mark -> out.u63(mark.height()).hash(mark.digest()));
        } else if (this instanceof EndWanted wanted) {
            out.u8(END_WANTED).u63(wanted.epoch());
        } else if (this instanceof End end) {
            write(write(out.u8(END).u63(end.epoch()), end.block()), end.why());
        } else if (this instanceof PointWanted wanted) {
            out.u8(POINT_WANTED).u63(wanted.height());
        } else if (this instanceof Point point) {
            write(write(write(out.u8(POINT).u63(point.height()), point.state()), point.block()), point.why());
        } else if (this instanceof TileWanted wanted) {
            write(out.u8(TILE_WANTED), wanted);
        } else if (this instanceof TileHere tile) {
            write(out.u8(TILE), tile.asked()).string(tile.hashes());
        } else if (this instanceof LeavesWanted wanted) {
            out.u8(LEAVES_WANTED).u63(wanted.treeSize()).u63(wanted.from());
        } else if (this instanceof Leaves given) {
            out.u8(LEAVES).u63(given.asked().treeSize()).u63(given.asked().from());
            out.u16(given.leaves().size());
            given.leaves().forEach(leaf -> write(out, leaf));
        }
        return out.toBytes();
    }

    private static ByteWriter write(ByteWriter out, ByteString bytes) {
        return out.u32(bytes.size()).string(bytes);
    }

    private static ByteWriter write(ByteWriter out, TileWanted wanted) {
        return out.u63(wanted.treeSize())
                .u8(wanted.id().level())
                .u63(wanted.id().index());
    }

    /** Throws {@link MalformedException} WXW-3011 for anything but exactly one frame. */
    static SnapshotFrame decode(byte[] frame) {
        ByteReader in = new ByteReader(frame, MalformedException.MESSAGE);
        SnapshotFrame read = read(in.u8(), in);
        in.expectEnd("a frame of a snapshot");
        return read;
    }

    private static SnapshotFrame read(int kind, ByteReader in) {
        return switch (kind) {
            case POINTS_WANTED -> new PointsWanted();
            case POINTS -> points(in);
            case END_WANTED -> new EndWanted(in.u63("epoch"));
            case END -> new End(in.u63("epoch"), bytes(in), bytes(in));
            case POINT_WANTED -> new PointWanted(in.u63("height"));
            case POINT -> new Point(in.u63("height"), bytes(in), bytes(in), bytes(in));
            case TILE_WANTED -> tileWanted(in);
            case TILE -> new TileHere(tileWanted(in), ByteString.of(in.bytes(in.remaining())));
            case LEAVES_WANTED -> leavesWanted(in);
            case LEAVES -> leaves(in);
            default -> throw in.malformed("unknown kind of frame " + kind);
        };
    }

    private static ByteString bytes(ByteReader in) {
        return ByteString.of(in.bytes(in.length32(MAX_BYTES, "a part of a snapshot")));
    }

    private static TileWanted tileWanted(ByteReader in) {
        return new TileWanted(in.u63("tree size"), new TileId(in.u8(), in.u63("tile index")));
    }

    private static LeavesWanted leavesWanted(ByteReader in) {
        return new LeavesWanted(in.u63("tree size"), in.u63("leaf index"));
    }

    private static Points points(ByteReader in) {
        List<Mark> marks = new ArrayList<>();
        int count = in.u16();
        if (count > MAX_POINTS) {
            throw in.malformed(count + " points");
        }
        for (int left = count; left > 0; left--) {
            marks.add(new Mark(in.u63("height"), in.hash()));
        }
        return new Points(marks);
    }

    private static Leaves leaves(ByteReader in) {
        LeavesWanted asked = leavesWanted(in);
        int count = in.u16();
        if (count > MAX_LEAVES) {
            throw in.malformed(count + " leaves");
        }
        List<ByteString> leaves = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            leaves.add(bytes(in));
        }
        return new Leaves(asked, leaves);
    }
}
