package io.waxwing.anchor.file;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.file.FileLayout;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;

/**
 * What travels on the channel FILE: u8 kind, 32 key of the file, then the body given at each. The key names the file
 * among the members of its audience; it is no hash of its bytes.
 */
public sealed interface FileFrame {
    /** Most hashes in one {@link Hashes}. */
    int PAGE_HASHES = 16_384;

    Hash key();

    /** The whole frame. */
    byte[] encode();

    /** Kind 1, u32 first: the hashes of its chunks, from that one on. */
    record HashesWanted(Hash key, int first) implements FileFrame {
        @Override
        public byte[] encode() {
            return head(1, key, 4).u32(first).toBytes();
        }
    }

    /** Kind 2, u32 first, then 32 for each hash, 1 to {@link #PAGE_HASHES}. */
    record Hashes(Hash key, int first, ByteString hashes) implements FileFrame {
        @Override
        public byte[] encode() {
            return head(2, key, 4 + hashes.size()).u32(first).string(hashes).toBytes();
        }
    }

    /** Kind 3, u32 number: that chunk. */
    record ChunkWanted(Hash key, int chunk) implements FileFrame {
        @Override
        public byte[] encode() {
            return head(3, key, 4).u32(chunk).toBytes();
        }
    }

    /** Kind 4, u32 number, then its bytes, 1 to {@link FileLayout#MAX_CHUNK_BYTES}. */
    @SuppressWarnings("ArrayRecordComponent") // A chunk is copied once less; nobody compares frames.
    record Chunk(Hash key, int chunk, byte[] bytes) implements FileFrame {
        @Override
        public byte[] encode() {
            return head(4, key, 4 + bytes.length).u32(chunk).bytes(bytes).toBytes();
        }
    }

    /** Kind 5, u32 number: the chunk is not here, nor, for {@link #ALL_HASHES}, the hashes. */
    record NotHere(Hash key, int chunk) implements FileFrame {
        @Override
        public byte[] encode() {
            return head(5, key, 4).u32(chunk).toBytes();
        }
    }

    /** In place of a chunk's number. */
    int ALL_HASHES = Integer.MAX_VALUE;

    private static ByteWriter head(int kind, Hash key, int bodyBytes) {
        return new ByteWriter(1 + Hash.LENGTH + bodyBytes).u8(kind).hash(key);
    }

    /** Throws {@link MalformedException} for anything but exactly one frame. */
    static FileFrame decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes, MalformedException.VALUE);
        int kind = in.u8();
        Hash key = in.hash();
        int number = number(in);
        FileFrame frame = switch (kind) {
            case 1 -> new HashesWanted(key, number);
            case 2 -> new Hashes(key, number, ByteString.of(rest(in, PAGE_HASHES * Hash.LENGTH, Hash.LENGTH)));
            case 3 -> new ChunkWanted(key, number);
            case 4 -> new Chunk(key, number, rest(in, FileLayout.MAX_CHUNK_BYTES, 1));
            case 5 -> new NotHere(key, number);
            default -> throw in.malformed("unknown kind of file frame " + kind);
        };
        in.expectEnd("a file frame");
        return frame;
    }

    private static int number(ByteReader in) {
        long number = in.u32();
        if (number > Integer.MAX_VALUE) {
            throw in.malformed("chunk " + number);
        }
        return (int) number;
    }

    private static byte[] rest(ByteReader in, int maxBytes, int unitBytes) {
        int left = in.remaining();
        if (left == 0 || left > maxBytes || left % unitBytes != 0) {
            throw in.malformed(left + " bytes of a file, want 1 to " + maxBytes + " by " + unitBytes);
        }
        return in.bytes(left);
    }
}
