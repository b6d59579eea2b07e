package io.waxwing.node.crypto;

import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.sign.Signer;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ed25519 by AWS-LC through ACCP. The provider is named by text, since it exists for one platform and may be left out.
 */
final class CorrettoSignatures extends Signatures {
    private static final Logger LOG = LoggerFactory.getLogger(CorrettoSignatures.class);
    private static final String PROVIDER = "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider";
    private static final String KEY_FACTORY_SWITCH = "com.amazon.corretto.crypto.provider.registerEdKeyFactory";
    private static final String ALGORITHM = "Ed25519";
    private static final byte[] X509_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");
    private static final byte[] PKCS8_PREFIX = HexFormat.of().parseHex("302e020100300506032b657004220420");

    private final Provider provider;
    private final KeyFactory keys;

    private CorrettoSignatures(Provider provider) throws GeneralSecurityException {
        this.provider = provider;
        this.keys = KeyFactory.getInstance(ALGORITHM, provider);
        Signature.getInstance(ALGORITHM, provider);
    }

    static @Nullable Signatures load() {
        try {
            if (System.getProperty(KEY_FACTORY_SWITCH) == null) {
                // ACCP reads keys itself only when told so; keys of the JDK's factory are translated at each use.
                System.setProperty(KEY_FACTORY_SWITCH, "true");
            }
            Object provider = Class.forName(PROVIDER).getDeclaredConstructor().newInstance();
            return new CorrettoSignatures((Provider) provider);
        } catch (ClassNotFoundException e) {
            return null;
        } catch (ReflectiveOperationException | GeneralSecurityException | LinkageError e) {
            LOG.info(
                    "the Amazon Corretto Crypto Provider is on the class path but does not work here: {}",
                    e.toString());
            return null;
        }
    }

    @Override
    public String name() {
        return "Amazon Corretto Crypto Provider " + provider.getVersionStr();
    }

    @Override
    Signer newSigner(byte[] seed, ByteString publicKey) {
        try {
            PrivateKey key = keys.generatePrivate(new PKCS8EncodedKeySpec(join(PKCS8_PREFIX, seed)));
            return new Signer() {
                @Override
                public byte[] sign(byte[] message) {
                    return signWith(key, message);
                }

                @Override
                public ByteString publicKey() {
                    return publicKey;
                }
            };
        } catch (InvalidKeySpecException e) {
            throw new IllegalArgumentException("a seed of 32 bytes was refused", e);
        }
    }

    private byte[] signWith(PrivateKey key, byte[] message) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM, provider);
            signature.initSign(key);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("signing failed", e);
        }
    }

    @Override
    boolean satisfiesEquation(byte[] publicKey, byte[] message, byte[] signature) {
        try {
            PublicKey key = keys.generatePublic(new X509EncodedKeySpec(join(X509_PREFIX, publicKey)));
            Signature verifier = Signature.getInstance(ALGORITHM, provider);
            verifier.initVerify(key);
            verifier.update(message);
            return verifier.verify(signature);
        } catch (InvalidKeyException | InvalidKeySpecException e) {
            return false;
        } catch (GeneralSecurityException e) {
            // The library reports some wrong signatures by an exception instead of false.
            return false;
        }
    }

    private static byte[] join(byte[] prefix, byte[] bytes) {
        byte[] joined = new byte[prefix.length + bytes.length];
        System.arraycopy(prefix, 0, joined, 0, prefix.length);
        System.arraycopy(bytes, 0, joined, prefix.length, bytes.length);
        return joined;
    }
}
