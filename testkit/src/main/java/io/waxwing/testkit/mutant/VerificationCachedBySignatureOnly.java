package io.waxwing.testkit.mutant;

import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.simplex.VotingRules;

/** Fault 7: takes a signature it has once found valid for valid under any statement and key. */
final class VerificationCachedBySignatureOnly extends VotingRules {
    @Override
    public Hash verificationKey(ByteString voteKey, byte[] statement, ByteString signature) {
        return Sha256.digest(signature.toBytes());
    }
}
