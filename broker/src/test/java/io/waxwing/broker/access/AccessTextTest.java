package io.waxwing.broker.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.identity.Action;
import io.waxwing.bus.identity.Grant;
import io.waxwing.bus.identity.Secret;
import io.waxwing.bus.quota.Quota;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The access file as commands write it and the node reads it. */
class AccessTextTest {
    @TempDir
    private Path folder = Path.of("");

    private Path file = Path.of("");
    private AccessText text = new AccessText(file, new SecureRandom());

    @BeforeEach
    void open() {
        file = folder.resolve("access");
        text = new AccessText(file, new SecureRandom());
    }

    @Test
    void whatCommandsWriteIsReadBack() {
        text.add("alice", Secret.utf8("correct horse"));
        text.add("boiler-7", null);
        text.grant("alice", new Grant(true, Action.SUBSCRIBE, "home/#"));
        text.grant("alice", new Grant(false, Action.SUBSCRIBE, "home/secret/#"));
        text.certificate("boiler-7", "boiler seven");
        String token = text.token("boiler-7", Instant.parse("2030-01-01T00:00:00Z"));

        AccessFile read = AccessFile.read(file);
        User alice = read.user("alice");
        assertThat(alice).isNotNull();
        assertThat(alice.grants()).hasSize(2);
        assertThat(alice.password()).isNotNull();
        assertThat(alice.password().matches(Secret.utf8("correct horse"))).isTrue();
        assertThat(alice.password().matches(Secret.utf8("correct horse "))).isFalse();
        User boiler = read.ofToken(token.substring(4, 12));
        assertThat(boiler).isNotNull().isEqualTo(read.ofCertificate("boiler seven"));
        ApiKey key = boiler.tokens().get(0);
        assertThat(key.matches(Secret.utf8(token))).isTrue();
        assertThat(key.matches(Secret.utf8(token.substring(0, token.length() - 1) + "_")))
                .isFalse();
        assertThat(key.isOver(Instant.parse("2029-12-31T23:59:59Z").toEpochMilli()))
                .isFalse();
        assertThat(key.isOver(Instant.parse("2030-01-01T00:00:00Z").toEpochMilli()))
                .isTrue();
        assertThat(text.users()).extracting(AccessText.Shown::name).containsExactly("alice", "boiler-7");
    }

    @Test
    void aQuotaIsSaidChangedAndTakenBack() throws IOException {
        text.add("alice", Secret.utf8("correct horse"));
        text.add("bob", null);
        text.quota("alice", "events 100 bytes 64KiB");
        text.quota("alice", "bytes 1MiB");
        assertThat(AccessFile.read(file).user("alice").quota()).isEqualTo(new Quota(0, 1 << 20));
        assertThat(AccessFile.read(file).user("bob").quota()).isEqualTo(Quota.NONE);
        assertThat(text.users()).extracting(AccessText.Shown::quota).containsExactly("bytes 1048576", "");
        text.quota("alice", "");
        assertThat(Files.readString(file)).doesNotContain("quota");
    }

    @Test
    void aTokensUserHasItsOwnQuotaOrTheWidestOfItsRoles() {
        AccessFile file = AccessFile.parse("user a none\n  quota events 1\nuser r1 none\n  quota events 5\n"
                + "user r2 none\n  quota events 7 bytes 9\nuser r3 none\n");
        assertThat(file.together("a", List.of("r1", "r2")).quota()).isEqualTo(new Quota(1, 0));
        assertThat(file.together("x", List.of("r1", "r2", "r3")).quota()).isEqualTo(new Quota(7, 9));
        assertThat(file.together("x", List.of("r3")).quota()).isEqualTo(Quota.NONE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "events",
                "events 0",
                "events -1",
                "bytes 2TiB",
                "bytes 1025GiB",
                "events 9 events 9",
                "bytes 1 events 1",
                "events 99999999999"
            })
    void aQuotaThatMakesNoSenseIsRefused(String words) {
        assertThatThrownBy(() -> AccessFile.parse("user a none\n  quota " + words))
                .hasMessageContaining("WXW-2007")
                .hasMessageContaining("line 2");
    }

    @Test
    void noSecretIsInTheFileOrInWhatIsShown() throws IOException {
        text.add("alice", Secret.utf8("correct horse"));
        String token = text.token("alice", null);
        assertThat(Files.readString(file)).doesNotContain("correct horse").doesNotContain(token.substring(13));
        assertThat(text.users().toString()).doesNotContain("argon2").doesNotContain(token.substring(13));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void whatHumansWroteStays() throws IOException {
        text.add("alice", null);
        text.add("bob", null);
        String before = Files.readString(file) + "\n# Bob's lamp\n";
        Files.writeString(file, before.replace("user bob none", "# Bob, of the bank\nuser bob none"));
        text.grant("alice", new Grant(true, Action.PUBLISH, "a"));
        text.password("alice", Secret.utf8("longer than that"));
        text.grant("bob", new Grant(true, Action.PUBLISH, "lamp"));
        text.revoke("alice", new Grant(true, Action.PUBLISH, "a"));
        text.remove("alice");
        assertThat(Files.readString(file)).contains("Bob's lamp").contains("\n  allow publish lamp\n");
        assertThat(text.users()).extracting(AccessText.Shown::name).containsExactly("bob");
    }

    @Test
    void whatIsNotThereCannotBeChanged() {
        text.add("alice", null);
        Grant grant = new Grant(true, Action.PUBLISH, "a");
        List<Runnable> wrong = List.of(
                () -> text.add("alice", null),
                () -> text.remove("bob"),
                () -> text.password("bob", null),
                () -> text.grant("bob", grant),
                () -> text.revoke("alice", grant),
                () -> text.removeToken("01234567"),
                () -> text.add("a b", null),
                () -> text.add("x", Secret.utf8("short")));
        for (Runnable change : wrong) {
            assertThatThrownBy(change::run).isInstanceOf(RefusedException.class).hasMessageContaining("WXW-2007");
        }
        assertThat(text.users()).hasSize(1);
    }

    @Test
    void aTokenThatWasTakenBackIsGone() {
        text.add("alice", null);
        String token = text.token("alice", null);
        String id = token.substring(4, 12);
        text.removeToken(id);
        assertThat(AccessFile.read(file).ofToken(id)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "allow publish a",
                "user",
                "user a",
                "user a none more",
                "user ../x none",
                "user a secret",
                "user a $argon2id$v=19$m=9999999,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "user a $argon2id$v=19$m=262145,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "user a $argon2id$v=19$m=65536,t=99,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "user a $argon2id$v=19$m=4,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "user a none\nuser a none",
                "user a none\nallow fly a",
                "user a none\nallow publish",
                "user a none\nallow publish a/#/b",
                "user a none\ndeny publish %x",
                "user a none\npermit publish a",
                "user a none\ncertificate",
                "user a none\ntoken 0123 sha256:00 never",
                "user a none\ncertificate x\nuser b none\ncertificate x"
            })
    void aFileThatMakesNoSenseIsRefusedWithItsLine(String bad) {
        assertThatThrownBy(() -> AccessFile.parse("# one\n" + bad))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("WXW-2007");
    }

    @Test
    void aComplaintDoesNotRepeatWhatMayBeASecret() {
        assertThatThrownBy(() -> AccessFile.parse("user alice hunter2hunter2"))
                .hasMessageContaining("line 1")
                .hasMessageNotContaining("hunter2");
    }
}
