package io.waxwing.ledger.merkle;

import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import java.util.List;

/** MTH of RFC 6962 section 2.1 over small lists held in memory. */
public final class MerkleRoot {
    /** The root of no leaves: H(""). */
    public static final Hash EMPTY = Sha256.digest();

    private MerkleRoot() {}

    /** The root over entries; each is hashed as a leaf. */
    public static Hash ofEntries(List<byte[]> entries) {
        CompactRange range = new CompactRange();
        for (byte[] entry : entries) {
            range.append(Sha256.leafHash(entry));
        }
        return range.root();
    }

    /** The root over entries that are 32-byte hashes, such as payload commitments; each is hashed as a leaf. */
    public static Hash ofHashEntries(List<Hash> entries) {
        CompactRange range = new CompactRange();
        for (Hash entry : entries) {
            range.append(Sha256.leafHash(entry));
        }
        return range.root();
    }

    /** The root over hashes that are leaf hashes already. */
    public static Hash ofLeafHashes(List<Hash> leafHashes) {
        CompactRange range = new CompactRange();
        leafHashes.forEach(range::append);
        return range.root();
    }
}
