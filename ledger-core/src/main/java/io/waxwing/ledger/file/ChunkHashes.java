package io.waxwing.ledger.file;

import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.merkle.CompactRange;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The hashes of a file's chunks, in their order, and the root over them: RFC 9162 section 2.1.1 over the entries
 * {@code H(tag || chunk)}. The tag keeps a chunk from being taken for anything else that is hashed here, and the
 * entry's own prefix an inner node from being taken for a chunk.
 */
public final class ChunkHashes {
    private static final byte[] TAG = "waxwing/file-chunk/v1\n".getBytes(StandardCharsets.US_ASCII);

    private final List<Hash> hashes;

    public ChunkHashes(List<Hash> hashes) {
        this.hashes = List.copyOf(hashes);
    }

    /** Of one chunk. */
    public static Hash of(byte[] chunk) {
        return Sha256.digest(TAG, chunk);
    }

    /** From 32 bytes for each chunk. @throws MalformedException for another length */
    public static ChunkHashes decode(byte[] bytes) {
        if (bytes.length % Hash.LENGTH != 0) {
            throw new MalformedException(
                    MalformedException.VALUE, bytes.length + " bytes are not the hashes of chunks, 32 for each");
        }
        List<Hash> hashes = new ArrayList<>(bytes.length / Hash.LENGTH);
        for (int at = 0; at < bytes.length; at += Hash.LENGTH) {
            hashes.add(Hash.of(bytes, at));
        }
        return new ChunkHashes(hashes);
    }

    /** 32 bytes for each chunk. */
    public byte[] encode() {
        return encode(0, hashes.size());
    }

    /** The same for {@code [from, to)}. */
    public byte[] encode(int from, int to) {
        byte[] bytes = new byte[(to - from) * Hash.LENGTH];
        for (int chunk = from; chunk < to; chunk++) {
            hashes.get(chunk).copyTo(bytes, (chunk - from) * Hash.LENGTH);
        }
        return bytes;
    }

    public int size() {
        return hashes.size();
    }

    /** Of that chunk. */
    public Hash get(int chunk) {
        return hashes.get(chunk);
    }

    /** Whether these bytes are that chunk. */
    public boolean proves(int chunk, byte[] bytes) {
        return chunk >= 0 && chunk < hashes.size() && hashes.get(chunk).equals(of(bytes));
    }

    /** What an event names; of no chunks the hash of nothing. */
    public Hash root() {
        CompactRange range = new CompactRange();
        hashes.forEach(hash -> range.append(Sha256.leafHash(hash)));
        return range.root();
    }
}
