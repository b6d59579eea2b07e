package io.waxwing.anchor.challenge;

import io.waxwing.ledger.dispute.ChallengeId;
import io.waxwing.ledger.dispute.X25519;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Hmac;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps the secrets of this node's challenges until they are over. Core thread. */
public interface ChallengeKeys {
    /** All that are kept. */
    List<Kept> all();

    /** Returns when it is on the disk: a challenge whose key is lost cannot be read. May throw if it is not kept. */
    void keep(Kept kept);

    void forget(ChallengeId id);

    /**
     * A challenge and what its keys are made of.
     *
     * @param secret 32 random bytes, of this challenge alone
     */
    record Kept(ChallengeId id, ChallengeRule.Missing batch, Hash secret) {
        private static final byte[] DOMAIN = "wxw/challenge-key/v1".getBytes(StandardCharsets.US_ASCII);
        /** A key for each false answer there may be. */
        private static final int MAX_KEYS = Long.SIZE + 1;

        /** The private key that is used after so many false answers. */
        public Hash privateKey(int turn) {
            return Hmac.sha256(secret, DOMAIN, new byte[] {(byte) turn});
        }

        /** Which of the keys that is, or null for none of them. */
        public @Nullable Integer turnOf(ByteString publicKey) {
            for (int turn = 0; turn < MAX_KEYS; turn++) {
                if (X25519.publicKey(privateKey(turn)).equals(publicKey)) {
                    return turn;
                }
            }
            return null;
        }

        @Override
        public String toString() {
            return "Kept[" + id + "]";
        }
    }
}
