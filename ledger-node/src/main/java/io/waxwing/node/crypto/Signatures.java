package io.waxwing.node.crypto;

import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.sign.SignatureCheck;
import io.waxwing.ledger.sign.Signer;
import io.waxwing.ledger.sign.StrictEd25519;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ed25519 of this process: the Amazon Corretto Crypto Provider if it is on the class path and passes its self test,
 * else BouncyCastle's own implementation, which is also taken if the system property {@value #PORTABLE} is true. Both
 * stand behind the same strict rules. Chosen once; any thread.
 */
public abstract class Signatures implements SignatureCheck {
    private static final Logger LOG = LoggerFactory.getLogger(Signatures.class);
    private static final String PORTABLE = "waxwing.signatures.portable";
    private static final int SEED_BYTES = 32;

    // RFC 8032 section 7.1, test 2.
    private static final byte[] TEST_SEED =
            HexFormat.of().parseHex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
    private static final byte[] TEST_MESSAGE = {0x72};
    private static final byte[] TEST_SIGNATURE = HexFormat.of()
            .parseHex("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                    + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");

    private static final class Holder {
        static final Signatures CHOSEN = choose();
    }

    /** The implementation chosen for this process. */
    public static Signatures get() {
        return Holder.CHOSEN;
    }

    /** BouncyCastle, whatever else is there. */
    public static Signatures bouncyCastle() {
        return new BouncyCastle();
    }

    /** ACCP, or null if it is not there or does not work here. */
    public static @Nullable Signatures corretto() {
        Signatures corretto = CorrettoSignatures.load();
        return corretto != null && corretto.passesSelfTest() ? corretto : null;
    }

    private static Signatures choose() {
        Signatures corretto = Boolean.getBoolean(PORTABLE) ? null : corretto();
        Signatures chosen = corretto != null ? corretto : bouncyCastle();
        if (!chosen.passesSelfTest()) {
            throw new IllegalStateException("Ed25519 of " + chosen.name() + " fails its self test");
        }
        LOG.info("Ed25519 signatures by {}", chosen.name());
        return chosen;
    }

    /** Which implementation this is, for logs. */
    public abstract String name();

    /** A signer over a 32-byte seed. */
    public final Signer signer(byte[] seed) {
        if (seed.length != SEED_BYTES) {
            throw new IllegalArgumentException("an Ed25519 seed has 32 bytes, got " + seed.length);
        }
        return newSigner(seed.clone(), publicKeyOf(seed));
    }

    /** The public key of a seed. */
    public static ByteString publicKeyOf(byte[] seed) {
        byte[] publicKey = new byte[Ed25519.PUBLIC_KEY_SIZE];
        Ed25519.generatePublicKey(seed, 0, publicKey, 0);
        return ByteString.of(publicKey);
    }

    @Override
    public final boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
        return StrictEd25519.accepts(publicKey, signature) && satisfiesEquation(publicKey, message, signature);
    }

    abstract Signer newSigner(byte[] seed, ByteString publicKey);

    abstract boolean satisfiesEquation(byte[] publicKey, byte[] message, byte[] signature);

    private boolean passesSelfTest() {
        byte[] signature = signer(TEST_SEED).sign(TEST_MESSAGE);
        byte[] wrong = signature.clone();
        wrong[0] ^= 1;
        byte[] publicKey = publicKeyOf(TEST_SEED).toBytes();
        return Arrays.equals(signature, TEST_SIGNATURE)
                && verify(publicKey, TEST_MESSAGE, signature)
                && !verify(publicKey, TEST_MESSAGE, wrong);
    }

    private static final class BouncyCastle extends Signatures {
        @Override
        public String name() {
            return "BouncyCastle";
        }

        @Override
        Signer newSigner(byte[] seed, ByteString publicKey) {
            byte[] encodedKey = publicKey.toBytes();
            return new Signer() {
                @Override
                public byte[] sign(byte[] message) {
                    byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
                    Ed25519.sign(seed, 0, encodedKey, 0, message, 0, message.length, signature, 0);
                    return signature;
                }

                @Override
                public ByteString publicKey() {
                    return publicKey;
                }
            };
        }

        @Override
        boolean satisfiesEquation(byte[] publicKey, byte[] message, byte[] signature) {
            return Ed25519.verify(signature, 0, publicKey, 0, message, 0, message.length);
        }
    }
}
