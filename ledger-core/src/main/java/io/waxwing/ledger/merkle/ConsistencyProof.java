package io.waxwing.ledger.merkle;

import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import java.util.List;

/** RFC 6962 section 2.1.2: the tree of {@code newSize} leaves begins with the tree of {@code oldSize} leaves. */
public record ConsistencyProof(long oldSize, long newSize, List<Hash> hashes) {
    public ConsistencyProof {
        hashes = List.copyOf(hashes);
        if (oldSize < 0 || oldSize > newSize) {
            throw new MalformedException(
                    MalformedException.PROOF, "no consistency proof from size " + oldSize + " to " + newSize);
        }
    }

    /** True if both roots follow (RFC 9162 section 2.1.4.2); false for any proof of another form. */
    public boolean verify(Hash oldRoot, Hash newRoot) {
        if (oldSize == newSize) {
            return hashes.isEmpty() && oldRoot.equals(newRoot);
        }
        if (oldSize == 0) {
            return hashes.isEmpty() && oldRoot.equals(MerkleRoot.EMPTY);
        }
        boolean oldIsPerfect = Long.bitCount(oldSize) == 1;
        if (!oldIsPerfect && hashes.isEmpty()) {
            return false;
        }
        Hash seed = oldIsPerfect ? oldRoot : hashes.get(0);
        return verifyFrom(seed, oldIsPerfect ? 0 : 1, oldRoot, newRoot);
    }

    private boolean verifyFrom(Hash seed, int firstHash, Hash oldRoot, Hash newRoot) {
        long first = oldSize - 1;
        long second = newSize - 1;
        while ((first & 1) == 1) {
            first >>>= 1;
            second >>>= 1;
        }
        Hash firstRoot = seed;
        Hash secondRoot = seed;
        for (Hash hash : hashes.subList(firstHash, hashes.size())) {
            if (second == 0) {
                return false;
            }
            if ((first & 1) == 1 || first == second) {
                firstRoot = Sha256.nodeHash(hash, firstRoot);
                secondRoot = Sha256.nodeHash(hash, secondRoot);
                while ((first & 1) == 0 && first != 0) {
                    first >>>= 1;
                    second >>>= 1;
                }
            } else {
                secondRoot = Sha256.nodeHash(secondRoot, hash);
            }
            first >>>= 1;
            second >>>= 1;
        }
        return second == 0 && firstRoot.equals(oldRoot) && secondRoot.equals(newRoot);
    }
}
