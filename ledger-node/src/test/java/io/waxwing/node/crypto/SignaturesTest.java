package io.waxwing.node.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.sign.JdkSignatureCheck;
import io.waxwing.ledger.sign.SignatureCheck;
import io.waxwing.ledger.sign.Signer;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Every implementation that may run decides alike. */
class SignaturesTest {
    private static final byte[] MESSAGE = {1, 2, 3};
    private static final BigInteger ORDER =
            BigInteger.ONE.shiftLeft(252).add(new BigInteger("27742317777372353535851937790883648493"));

    private static List<SignatureCheck> checks() {
        List<SignatureCheck> checks = new ArrayList<>();
        checks.add(new JdkSignatureCheck());
        checks.add(Signatures.bouncyCastle());
        checks.add(Signatures.get());
        return checks;
    }

    private static void assertAll(boolean valid, ByteString key, byte[] signature) {
        for (SignatureCheck check : checks()) {
            assertThat(check.verify(key.toBytes(), MESSAGE, signature))
                    .as(check.getClass().getSimpleName())
                    .isEqualTo(valid);
        }
    }

    @Test
    void allImplementationsMakeTheSameSignature() {
        byte[] seed = Sha256.digest(new byte[] {5}).toBytes();
        byte[] signature = Signatures.bouncyCastle().signer(seed).sign(MESSAGE);
        assertThat(Signatures.get().signer(seed).sign(MESSAGE)).isEqualTo(signature);
        assertAll(true, Signatures.publicKeyOf(seed), signature);
    }

    @Test
    void aSignatureWithAGroupOrderAddedIsRefused() {
        Signer signer =
                Signatures.bouncyCastle().signer(Sha256.digest(new byte[] {6}).toBytes());
        byte[] signature = signer.sign(MESSAGE);
        byte[] s = Arrays.copyOfRange(signature, 32, 64);
        byte[] malleated = signature.clone();
        System.arraycopy(littleEndian(number(s).add(ORDER)), 0, malleated, 32, 32);
        assertAll(true, signer.publicKey(), signature);
        assertAll(false, signer.publicKey(), malleated);
    }

    @Test
    void keysOfSmallOrderAndKeysWrittenInASecondWayAreRefused() {
        for (String key : List.of(
                "0100000000000000000000000000000000000000000000000000000000000000",
                "0000000000000000000000000000000000000000000000000000000000000080",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
                "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")) {
            byte[] signature = new byte[64];
            signature[0] = 1;
            assertAll(false, ByteString.of(HexFormat.of().parseHex(key)), signature);
        }
    }

    @Test
    void randomlyChangedSignaturesAreJudgedAlike() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            byte[] secret = new byte[32];
            random.nextBytes(secret);
            Signer signer = Signatures.bouncyCastle().signer(secret);
            byte[] signature = signer.sign(MESSAGE);
            byte[] key = signer.publicKey().toBytes();
            byte[] target = random.nextBoolean() ? signature : key;
            target[random.nextInt(target.length)] ^= (byte) (1 << random.nextInt(8));
            for (SignatureCheck check : checks()) {
                assertThat(check.verify(key, MESSAGE, signature))
                        .as("-Dseed=" + seed)
                        .isFalse();
            }
        }
    }

    @Test
    void wrongLengthsAreRefusedNotThrown() {
        for (int length : new int[] {0, 31, 33, 63, 64, 65}) {
            assertAll(false, ByteString.of(new byte[32]), new byte[length]);
            assertAll(false, ByteString.of(new byte[length]), new byte[64]);
        }
    }

    private static BigInteger number(byte[] littleEndian) {
        return new BigInteger(1, reversed(littleEndian));
    }

    private static byte[] littleEndian(BigInteger number) {
        byte[] big = number.toByteArray();
        byte[] padded = new byte[32];
        System.arraycopy(
                big, Math.max(0, big.length - 32), padded, Math.max(0, 32 - big.length), Math.min(32, big.length));
        return reversed(padded);
    }

    private static byte[] reversed(byte[] bytes) {
        byte[] reversed = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            reversed[i] = bytes[bytes.length - 1 - i];
        }
        return reversed;
    }
}
