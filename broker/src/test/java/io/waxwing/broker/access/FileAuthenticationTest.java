package io.waxwing.broker.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waxwing.broker.config.AccessSettings;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.identity.Action;
import io.waxwing.bus.identity.Credentials;
import io.waxwing.bus.identity.Grant;
import io.waxwing.bus.identity.Login;
import io.waxwing.bus.identity.Principal;
import io.waxwing.bus.identity.Secret;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.spi.Authentication;
import io.waxwing.bus.topic.TopicFilter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who comes in, who does not, what is said then, and what becomes of those who are in. */
class FileAuthenticationTest {
    private static final String OPERATOR = "0f".repeat(32);
    private static final String PASSWORD = "correct horse";

    @TempDir
    private Path folder = Path.of("");

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private AccessText text = new AccessText(Path.of(""), new SecureRandom());
    private FileAuthentication door;
    private String token = "";

    @BeforeEach
    void open() {
        text = new AccessText(folder.resolve("access"), new SecureRandom());
        text.add("alice", Secret.utf8(PASSWORD));
        text.grant("alice", new Grant(true, Action.SUBSCRIBE, "home/#"));
        text.grant("alice", new Grant(true, Action.PUBLISH, "home/%u/%c"));
        text.add("svc", null);
        text.certificate("svc", "boiler-7");
        token = text.token("svc", null);
        door = door(3, 1_000);
    }

    private FileAuthentication door(int perUser, int perAddress) {
        AccessSettings settings = new AccessSettings(
                folder.resolve("access"),
                Duration.ofSeconds(1),
                1,
                perUser,
                perAddress,
                Duration.ofHours(1),
                false,
                "iot.command.requested",
                null);
        return new FileAuthentication(settings, "bank-a", OPERATOR, new AccessActs(), metrics);
    }

    @AfterEach
    void close() {
        door.close();
    }

    /** The access, or the code of the refusal. */
    private Object login(Credentials credentials) throws Exception {
        return login(credentials, "192.0.2.1");
    }

    private Object login(Credentials credentials, String address) throws Exception {
        CompletableFuture<Object> answer = new CompletableFuture<>();
        door.authenticate(new Login(credentials, "mqtt", address, "c1"), new Authentication.Answer() {
            @Override
            public void admitted(Access access) {
                answer.complete(access);
            }

            @Override
            public void refused(Refusal refusal) {
                assertThat(refusal.toString()).doesNotContain(PASSWORD).doesNotContain(token);
                answer.complete(refusal.code());
            }
        });
        return answer.get(20, TimeUnit.SECONDS);
    }

    private static Credentials password(String user, String password) {
        return new Credentials.Password(user, Secret.utf8(password));
    }

    private static Credentials bearer(String token) {
        return new Credentials.Bearer(Secret.utf8(token));
    }

    @Test
    void aPasswordLetsInWithTheGrantsOfItsUser() throws Exception {
        Access access = (Access) login(password("alice", PASSWORD));
        assertThat(access.principal()).isEqualTo(new Principal("alice", Principal.Kind.USER, "bank-a"));
        assertThat(access.mayPublish("home/alice/c1")).isTrue();
        assertThat(access.mayPublish("home/alice/c2")).isFalse();
        assertThat(access.maySubscribe(TopicFilter.parse("home/+"))).isTrue();
        assertThat(access.maySubscribe(TopicFilter.parse("#"))).isFalse();
        assertThat(access.mayReceive("home/x")).isTrue();
        assertThat(access.mayManage("home/x")).isFalse();
        assertThat(access.maySee("home/x")).isTrue();
        assertThat(access.maySee("x")).isFalse();
        assertThat(access.isOver()).isFalse();
        assertThat(metrics.get("waxwing.authz.denied")
                        .tags("protocol", "mqtt", "action", "publish")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void nothingAndAnythingWrongDoNotLetIn() throws Exception {
        assertThat(login(Credentials.NONE)).isEqualTo(FailureCode.LOGIN_MISSING);
        assertThat(login(password("alice", "wrong horse"))).isEqualTo(FailureCode.LOGIN_WRONG);
        assertThat(login(password("nobody", PASSWORD))).isEqualTo(FailureCode.LOGIN_WRONG);
        assertThat(login(password("svc", ""))).as("no password").isEqualTo(FailureCode.LOGIN_WRONG);
        assertThat(login(password("ALICE", PASSWORD))).isEqualTo(FailureCode.LOGIN_WRONG);
        assertThat(login(bearer("wxw_01234567_" + "A".repeat(43)))).isEqualTo(FailureCode.LOGIN_WRONG);
        assertThat(login(bearer(""))).isEqualTo(FailureCode.LOGIN_WRONG);
        assertThat(login(bearer(PASSWORD))).isEqualTo(FailureCode.LOGIN_WRONG);
        assertThat(login(new Credentials.Certificate(List.of("boiler-8"), Long.MAX_VALUE)))
                .isEqualTo(FailureCode.LOGIN_WRONG);
        assertThat(metrics.get("waxwing.auth.failures")
                        .tags("protocol", "mqtt", "reason", "wrong")
                        .counter()
                        .count())
                .isEqualTo(8);
    }

    @Test
    void aTokenLetsInAloneOrAsThePasswordOfItsUserOnly() throws Exception {
        assertThat(login(bearer(token))).isInstanceOf(Access.class);
        assertThat(login(password("svc", token))).isInstanceOf(Access.class);
        assertThat(login(password("alice", token))).isEqualTo(FailureCode.LOGIN_WRONG);
        String other = token.substring(0, 13) + (token.charAt(13) == 'A' ? 'B' : 'A') + token.substring(14);
        assertThat(login(bearer(other))).isEqualTo(FailureCode.LOGIN_WRONG);
    }

    @Test
    void aTokenThatHasEndedDoesNotLetIn() throws Exception {
        String ended = text.token("svc", Instant.now().minusSeconds(1));
        door.look();
        assertThat(login(bearer(ended))).isEqualTo(FailureCode.LOGIN_WRONG);
    }

    @Test
    void aCertificateLetsInWhoeverItNamesWhileItLasts() throws Exception {
        Access access = (Access) login(new Credentials.Certificate(List.of("boiler-7"), Long.MAX_VALUE));
        assertThat(access.principal().name()).isEqualTo("svc");
        assertThat(login(new Credentials.Certificate(List.of("boiler-7"), 1_000)))
                .isEqualTo(FailureCode.LOGIN_WRONG);
    }

    @Test
    void theOperatorMayDoEverything() throws Exception {
        Access access = (Access) login(bearer(OPERATOR));
        assertThat(access.principal().kind()).isEqualTo(Principal.Kind.OPERATOR);
        assertThat(access.maySubscribe(TopicFilter.parse("$SYS/#"))).isTrue();
        assertThat(access.mayPublish("x") && access.mayManage("x") && access.mayReceive("x") && access.maySee("x"))
                .isTrue();
        assertThat(access.isOver()).isFalse();
        Access later = door.absent(access.principal().name(), null);
        assertThat(later.mayReceive("x"))
                .as("what he made is carried while he is away")
                .isTrue();
        assertThat(later.principal().kind()).isEqualTo(Principal.Kind.OPERATOR);
    }

    @Test
    void whatIsTakenBackEndsForThoseWhoAreIn() throws Exception {
        AtomicInteger rechecks = new AtomicInteger();
        door.onChange(rechecks::incrementAndGet);
        Access alice = (Access) login(password("alice", PASSWORD));
        Access svc = (Access) login(bearer(token));
        text.revoke("alice", new Grant(true, Action.SUBSCRIBE, "home/#"));
        text.removeToken(token.substring(4, 12));
        door.look();
        assertThat(rechecks).hasValue(1);
        assertThat(alice.mayReceive("home/x")).isFalse();
        assertThat(alice.isOver()).isFalse();
        assertThat(svc.isOver()).isTrue();

        text.password("alice", Secret.utf8("another horse"));
        door.look();
        assertThat(alice.isOver()).isTrue();
        assertThat(alice.mayPublish("home/alice/c1")).isFalse();
        assertThat(login(password("alice", PASSWORD))).isEqualTo(FailureCode.LOGIN_WRONG);
        assertThat(login(password("alice", "another horse"))).isInstanceOf(Access.class);
        text.remove("alice");
        door.look();
        assertThat(login(password("alice", "another horse"))).isEqualTo(FailureCode.LOGIN_WRONG);
        assertThat(door.absent("alice", "c1").mayPublish("home/alice/c1")).isFalse();
    }

    @Test
    void aFileThatBreaksChangesNothing() throws Exception {
        Path file = folder.resolve("access");
        String good = Files.readString(file);
        Files.writeString(file, good + "\nuser broken\n");
        door.look();
        door.look();
        assertThat(login(password("alice", PASSWORD))).isInstanceOf(Access.class);
        assertThat(reloads("refused")).as("told once").isEqualTo(1);
        Files.delete(file);
        door.look();
        door.look();
        assertThat(login(password("alice", PASSWORD))).isInstanceOf(Access.class);
        assertThat(reloads("refused")).isEqualTo(2);
        Files.writeString(file, "user bob none\n");
        door.look();
        assertThat(login(password("alice", PASSWORD))).isEqualTo(FailureCode.LOGIN_WRONG);
    }

    private double reloads(String result) {
        return metrics.get("waxwing.access.reloads")
                .tags("result", result)
                .counter()
                .count();
    }

    @Test
    void aNodeDoesNotStartWithoutItsFile() throws IOException {
        Files.delete(folder.resolve("access"));
        assertThatThrownBy(() -> door(1, 1))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("WXW-2007");
    }

    @Test
    void afterManyFailuresAUserNameIsRefusedUnseenWhetherOrNotItExists() throws Exception {
        for (String user : List.of("alice", "nobody")) {
            for (int i = 0; i < 3; i++) {
                assertThat(login(password(user, "wrong"))).isEqualTo(FailureCode.LOGIN_WRONG);
            }
            assertThat(login(password(user, PASSWORD), "198.51.100.7")).isEqualTo(FailureCode.LOGIN_LIMIT);
        }
        for (int i = 0; i < 4; i++) {
            login(password("svc", "wrong"));
        }
        assertThat(login(password("svc", token)))
                .as("strangers do not keep it out")
                .isInstanceOf(Access.class);
        assertThat(login(bearer(token))).as("others come in").isInstanceOf(Access.class);
    }

    @Test
    void whoeverWasLetInBeforeIsNotLockedOutByStrangers() throws Exception {
        assertThat(login(password("alice", PASSWORD))).isInstanceOf(Access.class);
        for (int i = 0; i < 4; i++) {
            login(password("alice", "wrong"), "198.51.100.7");
        }
        assertThat(login(password("alice", "other"), "198.51.100.8")).isEqualTo(FailureCode.LOGIN_LIMIT);
        assertThat(login(password("alice", PASSWORD))).isInstanceOf(Access.class);
    }

    @Test
    void afterManyFailuresAnAddressIsRefusedUnseen() throws Exception {
        door.close();
        door = door(1_000, 2);
        login(bearer("x"));
        login(password("a", "y"));
        assertThat(login(password("alice", PASSWORD))).isEqualTo(FailureCode.LOGIN_LIMIT);
        assertThat(login(password("alice", PASSWORD), "192.0.2.2")).isInstanceOf(Access.class);
        assertThat(login(bearer(token))).as("a token cannot be guessed").isInstanceOf(Access.class);
    }

    @Test
    void moreLoginsThanCanBeJudgedAreRefusedAtOnce() throws Exception {
        AtomicInteger busy = new AtomicInteger();
        AtomicInteger answered = new AtomicInteger();
        for (int i = 0; i < 80; i++) {
            int number = i;
            Login login = new Login(password("u" + number, "x"), "mqtt", "192.0.2." + number, null);
            door.authenticate(login, new Authentication.Answer() {
                @Override
                public void admitted(Access access) {
                    throw new AssertionError("nobody has that password");
                }

                @Override
                public void refused(Refusal refusal) {
                    answered.incrementAndGet();
                    busy.addAndGet(refusal.code() == FailureCode.LOGIN_BUSY ? 1 : 0);
                }
            });
        }
        assertThat(busy).hasValueGreaterThan(0);
        assertThat(answered.get()).as("the rest is still being judged").isLessThan(80);
    }

    @Test
    void whatAStrangerSendsDoesNotForgeTheLog() {
        String forged = LoginLog.printable("bob'\n2026-01-01 INFO user admin let in\u001b[2J\u2028" + "x".repeat(99));
        assertThat(forged)
                .doesNotContain("\n")
                .doesNotContain("\u001b")
                .doesNotContain("'")
                .doesNotContain("\u2028")
                .hasSizeLessThan(70);
    }
}
