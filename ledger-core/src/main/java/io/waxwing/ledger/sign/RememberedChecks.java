package io.waxwing.ledger.sign;

import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Remembers signatures found valid, since a batch is checked when it comes in, when it is proposed and when it is
 * executed. Remembered by key, message and signature together; what was found wrong is not remembered. Unlike other
 * implementations for one thread.
 */
public final class RememberedChecks implements SignatureCheck {
    /** Some 2 MiB. */
    public static final int REMEMBERED = 16_384;

    private final SignatureCheck check;
    private final Map<Hash, Boolean> valid = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Hash, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    };

    public RememberedChecks(SignatureCheck check) {
        this.check = check;
    }

    @Override
    public boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
        // Lengths, so that no two triples are the same bytes.
        ByteWriter all = new ByteWriter(publicKey.length + signature.length + message.length + 4);
        all.u16(publicKey.length).bytes(publicKey).u16(signature.length).bytes(signature);
        Hash known = Sha256.digest(all.bytes(message).toBytes());
        if (valid.containsKey(known)) {
            return true;
        }
        boolean ok = check.verify(publicKey, message, signature);
        if (ok) {
            valid.put(known, true);
        }
        return ok;
    }
}
