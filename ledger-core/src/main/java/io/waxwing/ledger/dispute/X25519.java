package io.waxwing.ledger.dispute;

import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Set;
import javax.crypto.KeyAgreement;

/**
 * X25519 (RFC 7748) by the JDK, for keys on which all implementations agree: canonical, and not of small order. Others
 * are refused before they get into the ledger.
 */
public final class X25519 {
    private static final String NAME = "X25519";
    private static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
    private static final BigInteger BASE = BigInteger.valueOf(9);
    // The u of all points of small order, of the curve and of its twist.
    private static final Set<BigInteger> SMALL = Set.of(
            BigInteger.ZERO,
            BigInteger.ONE,
            P.subtract(BigInteger.ONE),
            new BigInteger("325606250916557431795983626356110631294008115727848805560023387167927233504"),
            new BigInteger("39382357235489614581723060781553021112529911719440698176882885853963445705823"));

    private X25519() {}

    /** True if a secret can be agreed on with who has this key. */
    static boolean accepts(ByteString publicKey) {
        BigInteger u = number(publicKey);
        return u.compareTo(P) < 0 && !SMALL.contains(u);
    }

    /** The public key of 32 secret bytes. */
    public static ByteString publicKey(Hash privateKey) {
        return ByteString.of(agree(privateKey, BASE));
    }

    static byte[] agree(Hash privateKey, ByteString publicKey) {
        return agree(privateKey, number(publicKey));
    }

    private static byte[] agree(Hash privateKey, BigInteger u) {
        try {
            KeyFactory keys = KeyFactory.getInstance(NAME);
            KeyAgreement agreement = KeyAgreement.getInstance(NAME);
            agreement.init(
                    keys.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, privateKey.toBytes())));
            agreement.doPhase(keys.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, u)), true);
            return agreement.generateSecret();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("X25519 with a key that was accepted", e);
        }
    }

    private static BigInteger number(ByteString littleEndian) {
        byte[] bytes = littleEndian.toBytes();
        byte[] big = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            big[i] = bytes[bytes.length - 1 - i];
        }
        return new BigInteger(1, big);
    }
}
