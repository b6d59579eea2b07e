package io.waxwing.ledger.file;

import io.waxwing.ledger.failure.MalformedException;

/**
 * How a file is cut: chunks of one size, the last one perhaps shorter, never empty. A file of no bytes has no chunks.
 *
 * @param sizeBytes of the file, from 0
 * @param chunkBytes of each chunk but the last, {@link #MIN_CHUNK_BYTES} to {@link #MAX_CHUNK_BYTES}
 */
public record FileLayout(long sizeBytes, int chunkBytes) {
    public static final int MIN_CHUNK_BYTES = 1 << 10;
    /** A chunk travels in one frame between nodes. */
    public static final int MAX_CHUNK_BYTES = 1 << 20;
    /** The hashes of a file's chunks are held in memory while it is transferred. */
    public static final int MAX_CHUNKS = 1 << 18;

    /** Throws {@link MalformedException} for what is out of range. */
    public FileLayout {
        if (sizeBytes < 0 || chunkBytes < MIN_CHUNK_BYTES || chunkBytes > MAX_CHUNK_BYTES) {
            throw new MalformedException(
                    MalformedException.VALUE,
                    "a file of " + sizeBytes + " bytes in chunks of " + chunkBytes + ", want at least 0 in chunks of "
                            + MIN_CHUNK_BYTES + " to " + MAX_CHUNK_BYTES);
        }
        if (count(sizeBytes, chunkBytes) > MAX_CHUNKS) {
            throw new MalformedException(
                    MalformedException.VALUE,
                    "a file of " + sizeBytes + " bytes has " + count(sizeBytes, chunkBytes) + " chunks of " + chunkBytes
                            + ", at most " + MAX_CHUNKS + " are possible");
        }
    }

    private static long count(long sizeBytes, int chunkBytes) {
        return sizeBytes / chunkBytes + (sizeBytes % chunkBytes == 0 ? 0 : 1);
    }

    /** How many there are. */
    public int chunks() {
        return (int) count(sizeBytes, chunkBytes);
    }

    /** Whether there is a chunk of this number. */
    public boolean has(int chunk) {
        return chunk >= 0 && chunk < chunks();
    }

    /** Where a chunk begins, in bytes from the file's begin. */
    public long offsetOf(int chunk) {
        return (long) chunk * chunkBytes;
    }

    /** Bytes of a chunk that {@link #has has} its place. */
    public int lengthOf(int chunk) {
        return (int) Math.min(chunkBytes, sizeBytes - offsetOf(chunk));
    }

    /** The chunk that holds the byte at {@code offset}, 0 <= offset < size. */
    public int chunkAt(long offset) {
        return (int) (offset / chunkBytes);
    }
}
