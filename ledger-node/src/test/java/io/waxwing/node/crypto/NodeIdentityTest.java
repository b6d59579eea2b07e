package io.waxwing.node.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.ledger.control.JoinFile;
import io.waxwing.ledger.control.KeyPurpose;
import io.waxwing.ledger.control.PeerAddress;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.sign.JdkSignatureCheck;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Date;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node's keys with its TLS key beside them. */
class NodeIdentityTest {
    private static final long NOW_MS = 1_760_000_000_000L;
    private static final PeerAddress PEER = new PeerAddress("bank-a.example", 7400);

    @TempDir
    Path folder;

    @BeforeEach
    void makeKeys() {
        new KeyFiles(folder).generate(new SecureRandom());
        new TlsFiles(folder).generate(new SecureRandom(), NOW_MS);
    }

    private NodeIdentity load() {
        return NodeIdentity.load(folder, Signatures.bouncyCastle());
    }

    @Test
    void theCertificateIsSelfSignedOverAFreshP256Key() throws Exception {
        TlsIdentity tls = load().tls();
        tls.certificate().verify(tls.certificate().getPublicKey());
        tls.certificate().checkValidity(new Date(NOW_MS));
        assertThat(tls.certificate().getVersion()).isEqualTo(3);
        assertThatThrownBy(() -> tls.certificate().checkValidity(new Date(NOW_MS + 4000L * 24 * 3600 * 1000)))
                .hasMessageContaining("NotAfter");
        assertThat(tls.pin()).isEqualTo(JoinFile.pinOf(tls.publicKey()));
        assertThat(tls.toString()).contains(tls.pin().hex()).doesNotContain("privateKey");
    }

    @Test
    void aCertificateReachesBeyondTheCenturysMiddle() throws Exception {
        long in2045 = 2_366_841_600_000L;
        TlsFiles later = new TlsFiles(folder.resolve("later"));
        later.generate(new SecureRandom(), in2045);
        later.load().certificate().checkValidity(new Date(in2045 + 3000L * 24 * 3600 * 1000));
    }

    @Test
    void aJoinFileHasAProofOfEveryKeyAndNoPrivateOne() throws IOException {
        JoinFile join = load().join("bank-a", true, PEER);
        join.verify(new JdkSignatureCheck());
        assertThat(join.publicKeys()).isEqualTo(load().publicKeys()).hasSize(5);
        String text = join.encode().utf8();
        for (KeyFiles.Purpose purpose : KeyFiles.Purpose.values()) {
            String seed = Files.readString(folder.resolve(purpose.word() + ".key"))
                    .lines()
                    .skip(1)
                    .findFirst()
                    .orElseThrow();
            assertThat(seed).hasSize(64);
            assertThat(text).doesNotContain(seed);
        }
    }

    @Test
    void everyKeyIsItsOwnersAlone() throws IOException {
        for (KeyPurpose purpose : KeyPurpose.values()) {
            assertThat(Files.getPosixFilePermissions(folder.resolve(purpose.word() + ".key")))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        }
    }

    @Test
    void aTlsKeyIsNeverOverwritten() throws IOException {
        String before = Files.readString(folder.resolve("tls.key"));
        assertCode(() -> new TlsFiles(folder).generate(new SecureRandom(), NOW_MS), KeyFiles.EXISTS);
        Files.delete(folder.resolve("tls.crt"));
        assertCode(() -> new TlsFiles(folder).generate(new SecureRandom(), NOW_MS), KeyFiles.EXISTS);
        assertThat(Files.readString(folder.resolve("tls.key"))).isEqualTo(before);
    }

    @Test
    void aMissingDamagedOrForeignFileIsNamed() throws IOException {
        Path other = folder.resolve("other");
        new TlsFiles(other).generate(new SecureRandom(), NOW_MS);
        Files.copy(other.resolve("tls.crt"), folder.resolve("tls.crt"), StandardCopyOption.REPLACE_EXISTING);
        assertCode(this::load, KeyFiles.UNREADABLE);
        assertThatThrownBy(this::load).hasMessageContaining("is not a certificate of the P-256 key");
        Files.write(folder.resolve("tls.key"), "-----BEGIN".getBytes(StandardCharsets.US_ASCII));
        assertThatThrownBy(this::load).hasMessageContaining("is not a PEM file with one PRIVATE KEY");
        Files.delete(folder.resolve("tls.key"));
        assertThatThrownBy(this::load).hasMessageContaining("tls.key is missing");
    }

    private static void assertCode(ThrowingCallable call, String code) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        LedgerFailure.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
