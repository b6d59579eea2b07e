package io.waxwing.node.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFilesTest {
    @TempDir
    Path parent;

    private KeyFiles files() {
        return new KeyFiles(parent.resolve("keys"));
    }

    @Test
    void keysAreMadeOnceAndReadBack() throws IOException {
        assertThat(files().exist()).isFalse();
        files().generate(new SecureRandom());
        Map<KeyFiles.Purpose, ByteString> publicKeys = files().publicKeys();
        NodeKeys keys = files().load(Signatures.bouncyCastle());
        assertThat(publicKeys.values()).doesNotHaveDuplicates().hasSize(4);
        assertThat(keys.vote().publicKey()).isEqualTo(publicKeys.get(KeyFiles.Purpose.VOTE));
        assertThat(keys.origin().publicKey()).isEqualTo(publicKeys.get(KeyFiles.Purpose.ORIGIN));
        assertThat(Files.getPosixFilePermissions(parent.resolve("keys/vote.key")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(KeyFiles.fingerprint(keys.vote().publicKey())).matches("SHA256:[A-Za-z0-9+/]{43}");
    }

    @Test
    void nothingIsOverwritten() throws IOException {
        files().generate(new SecureRandom());
        String before = Files.readString(parent.resolve("keys/log.key"));
        assertCode(() -> files().generate(new SecureRandom()), KeyFiles.EXISTS);
        assertThat(Files.readString(parent.resolve("keys/log.key"))).isEqualTo(before);
    }

    @Test
    void aMissingDamagedOrSwappedKeyIsNamed() throws IOException {
        files().generate(new SecureRandom());
        Path vote = parent.resolve("keys/vote.key");
        Files.writeString(vote, "waxwing-key v1 vote\nnot hexadecimal\n");
        assertCode(() -> files().load(Signatures.bouncyCastle()), KeyFiles.UNREADABLE);
        Files.copy(parent.resolve("keys/log.key"), vote, StandardCopyOption.REPLACE_EXISTING);
        assertCode(() -> files().load(Signatures.bouncyCastle()), KeyFiles.UNREADABLE);
        Files.delete(vote);
        assertThatThrownBy(() -> files().publicKeys()).hasMessageContaining("vote.key is missing");
    }

    private static void assertCode(ThrowingCallable call, String code) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        LedgerFailure.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
