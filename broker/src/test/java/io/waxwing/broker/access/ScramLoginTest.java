package io.waxwing.broker.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.ongres.scram.client.ScramClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waxwing.broker.config.AccessSettings;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.identity.Action;
import io.waxwing.bus.identity.Credentials;
import io.waxwing.bus.identity.Grant;
import io.waxwing.bus.identity.Login;
import io.waxwing.bus.identity.Secret;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.spi.Authentication;
import io.waxwing.bus.spi.Exchange;
import io.waxwing.bus.spi.Exchange.Step;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logins by SCRAM against an access file: who comes in, and what whoever does not can learn. */
class ScramLoginTest {
    private static final String PASSWORD = "correct horse";
    private static final String HERE = "192.0.2.1";
    private static final int ITERATIONS = 5_000;

    @TempDir
    private Path folder = Path.of("");

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final List<FileAuthentication> doors = new ArrayList<>();
    private AccessText text = new AccessText(Path.of(""), new SecureRandom());
    private FileAuthentication door;

    @BeforeEach
    void open() {
        text = new AccessText(folder.resolve("access"), new SecureRandom());
        text.add("alice", Secret.utf8(PASSWORD), new AccessText.Kept(true, ITERATIONS));
        text.grant("alice", new Grant(true, Action.PUBLISH, "home/%u/%c"));
        text.add("bob", Secret.utf8(PASSWORD), new AccessText.Kept(false, ITERATIONS));
        text.add("carol", Secret.utf8(PASSWORD));
        door = door("0f".repeat(32));
    }

    private FileAuthentication door(String operatorToken) {
        AccessSettings settings = new AccessSettings(
                folder.resolve("access"),
                Duration.ofSeconds(1),
                1,
                3,
                1_000,
                Duration.ofHours(1),
                false,
                "iot.command.requested",
                null);
        FileAuthentication opened =
                new FileAuthentication(settings, "bank-a", operatorToken, new AccessActs(), metrics);
        doors.add(opened);
        return opened;
    }

    @AfterEach
    void close() {
        doors.forEach(FileAuthentication::close);
    }

    private Exchange begin(String address) {
        return Objects.requireNonNull(
                door.exchange("SCRAM-SHA-256", new Login(Credentials.NONE, "mqtt", address, "c1")));
    }

    /** The access, or the code of the refusal; the server is known by its signature. */
    private Object login(String user, String password, String address) throws Exception {
        ScramClient client = ScramClient.builder()
                .advertisedMechanisms(List.of("SCRAM-SHA-256"))
                .username(user)
                .password(password.toCharArray())
                .build();
        Exchange exchange = begin(address);
        Step first = exchange.next(Secret.utf8(client.clientFirstMessage().toString()));
        if (first instanceof Step.Refused refused) {
            return refused.refusal().code();
        }
        client.serverFirstMessage(((Step.More) first).data().text());
        Step last = exchange.next(Secret.utf8(client.clientFinalMessage().toString()));
        if (last instanceof Step.Admitted admitted) {
            client.serverFinalMessage(admitted.last().text());
            return admitted.access();
        }
        return ((Step.Refused) last).refusal().code();
    }

    private Object login(String user, String password) throws Exception {
        return login(user, password, HERE);
    }

    @Test
    void whoeverProvesThatHeHasThePasswordComesInWithTheGrantsOfItsUser() throws Exception {
        Access access = (Access) login("alice", PASSWORD);
        assertThat(access.principal().name()).isEqualTo("alice");
        assertThat(access.mayPublish("home/alice/c1")).isTrue();
        assertThat(access.mayPublish("home/alice/c2")).isFalse();
        assertThat(login("bob", PASSWORD)).isInstanceOf(Access.class);
    }

    @Test
    void wrongPasswordUnknownUserAndOneWithoutAVerifierAreRefusedAlike() throws Exception {
        for (String user : List.of("alice", "ALICE", "nobody", "carol", "a,b=c")) {
            assertThat(login(user, user.equals("alice") ? "wrong horse" : PASSWORD))
                    .as(user)
                    .isEqualTo(FailureCode.LOGIN_WRONG);
        }
        assertThat(metrics.get("waxwing.auth.failures")
                        .tags("protocol", "mqtt", "reason", "wrong")
                        .counter()
                        .count())
                .isEqualTo(5);
    }

    private String challenge(String user) {
        Step first = begin(HERE).next(Secret.utf8("n,,n=" + user + ",r=abcdefghijkl"));
        return ((Step.More) first).data().text();
    }

    private static String withoutNonce(String challenge) {
        return challenge.substring(challenge.indexOf(",s="));
    }

    @Test
    void anUnknownUserLooksAsAKnownOneAlsoWhenAskedAgainAndAfterARestart() {
        for (String user : List.of("alice", "nobody")) {
            String once = challenge(user);
            String again = challenge(user);
            assertThat(again).as("another nonce").isNotEqualTo(once);
            assertThat(withoutNonce(again)).isEqualTo(withoutNonce(once)).matches(",s=[A-Za-z0-9+/]{22}==,i=5000");
            door = door("0f".repeat(32));
            assertThat(withoutNonce(challenge(user))).isEqualTo(withoutNonce(once));
        }
        String before = withoutNonce(challenge("nobody"));
        assertThat(withoutNonce(challenge("nobody2"))).isNotEqualTo(before);
        door = door("1f".repeat(32));
        assertThat(withoutNonce(challenge("nobody"))).as("another node").isNotEqualTo(before);
    }

    @Test
    void aMessageThatWasOverheardIsOfNoUseInAnotherExchange() throws Exception {
        ScramClient client = ScramClient.builder()
                .advertisedMechanisms(List.of("SCRAM-SHA-256"))
                .username("alice")
                .password(PASSWORD.toCharArray())
                .build();
        String first = client.clientFirstMessage().toString();
        Exchange heard = begin(HERE);
        client.serverFirstMessage(
                ((Step.More) heard.next(Secret.utf8(first))).data().text());
        String last = client.clientFinalMessage().toString();
        assertThat(heard.next(Secret.utf8(last))).isInstanceOf(Step.Admitted.class);
        Exchange replayed = begin(HERE);
        replayed.next(Secret.utf8(first));
        Refusal refusal = ((Step.Refused) replayed.next(Secret.utf8(last))).refusal();
        assertThat(refusal.code()).isEqualTo(FailureCode.LOGIN_EXCHANGE);
    }

    @Test
    void nonsenseIsRefusedAndTheClientBegins() {
        assertThat(begin(HERE).next(Secret.utf8("hello"))).isInstanceOf(Step.Refused.class);
        Exchange exchange = begin(HERE);
        Step asked = exchange.next(Secret.utf8(""));
        assertThat(((Step.More) asked).data().size()).isZero();
        assertThat(exchange.next(Secret.utf8("n,,n=alice,r=abcdefghijkl"))).isInstanceOf(Step.More.class);
        assertThat(door.exchange("SCRAM-SHA-256-PLUS", new Login(Credentials.NONE, "mqtt", HERE, "c")))
                .isNull();
        assertThat(door.exchange("scram-sha-256", new Login(Credentials.NONE, "mqtt", HERE, "c")))
                .isNull();
    }

    @Test
    void afterManyFailuresANameIsRefusedUnseenButNotWhereItsOwnerCameInFrom() throws Exception {
        assertThat(login("alice", PASSWORD, HERE)).isInstanceOf(Access.class);
        for (int i = 0; i < 3; i++) {
            assertThat(login("alice", "guess", "203.0.113.9")).isEqualTo(FailureCode.LOGIN_WRONG);
        }
        assertThat(login("alice", PASSWORD, "203.0.113.9")).isEqualTo(FailureCode.LOGIN_LIMIT);
        assertThat(login("alice", PASSWORD, HERE)).isInstanceOf(Access.class);
    }

    @Test
    void whoeverBeginsManyExchangesAtOnceHasNoMoreGuesses() {
        List<Exchange> begun = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Exchange exchange = begin("203.0.113.9");
            assertThat(exchange.next(Secret.utf8("n,,n=alice,r=abcdefghijkl"))).isInstanceOf(Step.More.class);
            begun.add(exchange);
        }
        List<FailureCode> codes = new ArrayList<>();
        for (Exchange exchange : begun) {
            Step last = exchange.next(Secret.utf8("c=biws,r=guessed,p=AAAA"));
            codes.add(((Step.Refused) last).refusal().code());
        }
        assertThat(codes.subList(0, 3)).containsOnly(FailureCode.LOGIN_EXCHANGE);
        assertThat(codes.subList(3, 8)).containsOnly(FailureCode.LOGIN_LIMIT);
    }

    @Test
    void whoMayProveOnlyDoesNotComeInByShowingThePassword() throws Exception {
        CompletableFuture<Object> answer = new CompletableFuture<>();
        Login login = new Login(new Credentials.Password("bob", Secret.utf8(PASSWORD)), "http", HERE, null);
        door.authenticate(login, new Authentication.Answer() {
            @Override
            public void admitted(Access access) {
                answer.complete(access);
            }

            @Override
            public void refused(Refusal refusal) {
                answer.complete(refusal.code());
            }
        });
        assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo(FailureCode.LOGIN_WRONG);
    }

    @Test
    void aNewPasswordEndsProofsOfTheOldOneAndIsKeptAsThatWas() throws Exception {
        Access access = (Access) login("alice", PASSWORD);
        Access other = (Access) login("bob", PASSWORD);
        text.password("alice", Secret.utf8("another horse"));
        door.look();
        assertThat(access.isOver()).isTrue();
        assertThat(access.mayPublish("home/alice/c1")).isFalse();
        assertThat(other.isOver()).isFalse();
        assertThat(login("alice", PASSWORD)).isEqualTo(FailureCode.LOGIN_WRONG);
        assertThat(login("alice", "another horse")).isInstanceOf(Access.class);
        text.password("alice", Secret.utf8("third horse"), AccessText.Kept.PLAIN);
        door.look();
        assertThat(login("alice", "third horse")).as("no verifier any more").isEqualTo(FailureCode.LOGIN_WRONG);
        assertThat(text.users().stream().filter(AccessText.Shown::scram))
                .extracting(AccessText.Shown::name)
                .containsExactly("bob");
    }

    @Test
    void nothingOfThePasswordIsInTheFile() throws Exception {
        String file = new String(java.nio.file.Files.readAllBytes(folder.resolve("access")), StandardCharsets.UTF_8);
        assertThat(file).doesNotContain(PASSWORD).contains("\n  scram SCRAM-SHA-256$5000:");
    }
}
