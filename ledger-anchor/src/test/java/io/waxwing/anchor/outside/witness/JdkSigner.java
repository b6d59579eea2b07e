package io.waxwing.anchor.outside.witness;

import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.sign.Signer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;

/** A fresh key of the platform. */
final class JdkSigner implements Signer {
    private final KeyPair pair;

    JdkSigner() {
        try {
            pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public ByteString publicKey() {
        byte[] encoded = pair.getPublic().getEncoded();
        return ByteString.of(encoded, encoded.length - 32, encoded.length);
    }

    @Override
    public byte[] sign(byte[] message) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(pair.getPrivate());
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
