package io.waxwing.testkit.epoch;

import io.waxwing.ledger.control.JoinFile;
import io.waxwing.ledger.control.KeyPurpose;
import io.waxwing.ledger.control.PeerAddress;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.sign.EcdsaP256;
import io.waxwing.ledger.sign.SignatureCheck;
import io.waxwing.ledger.sign.Signer;
import io.waxwing.testkit.sim.FakeKeys;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Who may be a member, with all its keys, one set after the other. Signatures are those of {@link FakeKeys}, but for
 * the TLS keys' proofs, which are real. The same in every simulation. Any thread.
 */
public final class Members {
    /** How many there can be. */
    public static final int COUNT = 8;

    /** How many sets of keys each has. */
    public static final int GENERATIONS = 4;

    private static final int PURPOSES = 4;
    private static final FakeKeys KEYS = new FakeKeys(COUNT * GENERATIONS * PURPOSES, 1);
    private static final Map<String, JoinFile> FILES = new ConcurrentHashMap<>();

    private Members() {}

    public static SignatureCheck check() {
        return KEYS;
    }

    public static String name(int member) {
        return "m" + member;
    }

    /** The member with that name. */
    public static int named(String name) {
        return Integer.parseInt(name.substring(1));
    }

    public static Signer signer(int member, int generation, KeyPurpose purpose) {
        int place = switch (purpose) {
            case VOTE -> 0;
            case COSIGNER -> 1;
            case LOG -> 2;
            case ORIGIN -> 3;
            case TLS -> throw new IllegalArgumentException("TLS keys sign no messages of the ledger");
        };
        return KEYS.signer((member * GENERATIONS + generation) * PURPOSES + place);
    }

    /** That member's key for the purpose, of whatever generation; null if it is another's. */
    public static @Nullable Signer find(int member, KeyPurpose purpose, ByteString publicKey) {
        for (int generation = 0; generation < GENERATIONS; generation++) {
            Signer signer = signer(member, generation, purpose);
            if (signer.publicKey().equals(publicKey)) {
                return signer;
            }
        }
        return null;
    }

    /** The join file with the keys of that generation. */
    public static JoinFile join(int member, int generation) {
        return FILES.computeIfAbsent(member + " " + generation, key -> make(member, generation));
    }

    private static JoinFile make(int member, int generation) {
        try {
            SecureRandom random = SecureRandom.getInstance("SHA1PRNG");
            random.setSeed((name(member) + generation).getBytes(StandardCharsets.US_ASCII));
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            KeyPair tls = generator.generateKeyPair();
            Map<KeyPurpose, ByteString> keys = new EnumMap<>(KeyPurpose.class);
            for (KeyPurpose purpose : KeyPurpose.values()) {
                keys.put(
                        purpose,
                        purpose == KeyPurpose.TLS
                                ? ByteString.of(tls.getPublic().getEncoded())
                                : signer(member, generation, purpose).publicKey());
            }
            PeerAddress peer = new PeerAddress(name(member) + ".example", 7400);
            return JoinFile.of(
                    name(member),
                    true,
                    peer,
                    keys,
                    (purpose, message) -> purpose == KeyPurpose.TLS
                            ? sign(tls, random, message)
                            : signer(member, generation, purpose).sign(message));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] sign(KeyPair tls, SecureRandom random, byte[] message) {
        try {
            Signature signature = Signature.getInstance(EcdsaP256.ALGORITHM);
            signature.initSign(tls.getPrivate(), random);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
