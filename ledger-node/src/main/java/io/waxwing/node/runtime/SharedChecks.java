package io.waxwing.node.runtime;

import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.sign.SignatureCheck;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Signatures found valid on the verifying pool, so that the ledger thread need not look again. Remembered by key,
 * message and signature together; what was found wrong is not remembered. The last {@value #REMEMBERED} at least. Any
 * thread.
 */
final class SharedChecks implements SignatureCheck {
    static final int REMEMBERED = 16_384;

    private final SignatureCheck check;
    private volatile Map<Hash, Boolean> young = new ConcurrentHashMap<>();
    private volatile Map<Hash, Boolean> old = Map.of();

    SharedChecks(SignatureCheck check) {
        this.check = check;
    }

    @Override
    public boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
        // Lengths, so that no two triples are the same bytes.
        ByteWriter all = new ByteWriter(publicKey.length + signature.length + message.length + 4);
        all.u16(publicKey.length).bytes(publicKey).u16(signature.length).bytes(signature);
        Hash known = Sha256.digest(all.bytes(message).toBytes());
        if (young.containsKey(known) || old.containsKey(known)) {
            return true;
        }
        boolean ok = check.verify(publicKey, message, signature);
        if (ok) {
            remember(known);
        }
        return ok;
    }

    private void remember(Hash known) {
        Map<Hash, Boolean> now = young;
        now.put(known, true);
        if (now.size() >= REMEMBERED) {
            old = now;
            young = new ConcurrentHashMap<>();
        }
    }
}
