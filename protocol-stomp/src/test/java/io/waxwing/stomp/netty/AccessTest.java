package io.waxwing.stomp.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.identity.Credentials;
import io.waxwing.bus.identity.Login;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.spi.Authentication;
import io.waxwing.testkit.fake.ScriptedDoor;
import io.waxwing.testkit.peer.NaiveParser;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Logins and grants through real sockets. */
class AccessTest {
    private static final String ALICE = "login:alice\npasscode:ecila";

    private final ScriptedDoor door = new ScriptedDoor()
            .user("alice", "allow publish home/#", "allow subscribe home/#")
            .user("bob", "allow subscribe home/%c/#", "allow subscribe home/bob");
    private TestServer server = new TestServer(door);

    @AfterEach
    void stop() {
        server.close();
    }

    private SocketClient sent(String headers, String more) throws IOException {
        return new SocketClient(server.address).send("CONNECT\naccept-version:1.2\n" + headers + "\n\n^" + more);
    }

    private SocketClient connected(String headers) throws IOException {
        SocketClient client = sent(headers, "");
        client.frame("CONNECTED");
        return client;
    }

    @ParameterizedTest
    @CsvSource({
        "'host:h', WXW-1401",
        "'login:\npasscode:', WXW-1401",
        "'login:alice', WXW-1401",
        "'login:alice\npasscode:', WXW-1402",
        "'login:alice\npasscode:sesame', WXW-1402",
        "'login:carol\npasscode:lorac', WXW-1402",
        "'passcode:token-carol', WXW-1402"
    })
    @DisplayName("C5: without good credentials there is an ERROR and the end, and nothing that came with it is done")
    void badCredentialsAreRefused(String headers, String code) throws IOException {
        try (SocketClient client = sent(headers, "SEND\ndestination:home/a\nreceipt:r\n\nx^")) {
            NaiveParser.Plain error = client.frame("ERROR");
            assertThat(error.headers()).containsEntry("code", code);
            assertThat(error.toString()).doesNotContain("sesame").doesNotContain("token-carol");
            assertThat(client.read()).isEqualTo(-1);
        }
        assertThat(server.bus.taken).isEmpty();
        TestServer.eventually(
                "it is counted",
                () -> server.count("waxwing.connections.closed", "reason", "connect_refused", "protocol", "stomp")
                        == 1);
    }

    @Test
    @DisplayName("C5: too many failed logins are refused with that code")
    void limitsAreTold() throws IOException {
        door.refuseAll = FailureCode.LOGIN_LIMIT;
        try (SocketClient client = sent(ALICE, "")) {
            assertThat(client.frame("ERROR").headers()).containsEntry("code", "WXW-1403");
        }
    }

    @Test
    @DisplayName(
            "A passcode without a login is a token; who comes from where is asked once, without a client identifier")
    void aTokenLetsIn() throws IOException {
        connected("login:\npasscode:token-alice").close();
        assertThat(door.asked).hasSize(1);
        Login asked = door.asked.get(0);
        assertThat(asked.credentials()).isInstanceOf(Credentials.Bearer.class);
        assertThat(asked.protocol()).isEqualTo("stomp");
        assertThat(asked.address()).isEqualTo("127.0.0.1");
        assertThat(asked.clientId()).isNull();
    }

    @Test
    @DisplayName("C5: a whole session in one piece waits for the answer, and is then carried out in order")
    void pipelinedFramesWaitForTheAnswer() throws Exception {
        SlowDoor slow = new SlowDoor();
        server.close();
        server = new TestServer(slow);
        try (SocketClient client = sent(
                ALICE,
                "SUBSCRIBE\nid:1\ndestination:home/a\nreceipt:s\n\n^SEND\ndestination:home/a\nreceipt:1\n\nx^"
                        + "SEND\ndestination:home/a\nreceipt:2\n\ny^")) {
            Authentication.Answer answer = slow.next();
            assertThat(server.bus.attachments.get()).isZero();
            assertThat(server.bus.taken).isEmpty();
            client.send("SEND\ndestination:home/a\nreceipt:3\n\nz^");
            answer.admitted(door.absent("alice", null));
            client.frame("CONNECTED");
            assertThat(client.frame("RECEIPT").headers()).containsEntry("receipt-id", "s");
            StringBuilder bodies = new StringBuilder();
            for (int i = 0; i < 6; i++) {
                NaiveParser.Plain next = client.frame();
                bodies.append(next.command().equals("MESSAGE") ? next.body() : "");
            }
            assertThat(bodies).hasToString("xyz");
        }
    }

    @Test
    @DisplayName("A grant is needed for each topic, and %c, which STOMP does not have, opens nothing")
    void grantsAreNeeded() throws IOException {
        try (SocketClient client = connected(ALICE)) {
            client.send("SEND\ndestination:/topic/other\nreceipt:r\n\nx^");
            assertThat(client.frame("ERROR").headers())
                    .containsEntry("code", "WXW-1405")
                    .containsEntry("receipt-id", "r");
        }
        try (SocketClient client = connected("login:bob\npasscode:bob")) {
            client.send("SUBSCRIBE\nid:1\ndestination:/topic/home/bob\nreceipt:s\n\n^");
            client.frame("RECEIPT");
            client.send("SUBSCRIBE\nid:2\ndestination:/topic/home/%c/a\n\n^");
            assertThat(client.frame("ERROR").headers()).containsEntry("code", "WXW-1405");
        }
        assertThat(server.bus.taken).isEmpty();
    }

    @Test
    @DisplayName("Delivery ends when the grant is taken back, while the connection stays")
    void deliveryEndsWithTheGrant() throws IOException {
        try (SocketClient reader = connected(ALICE);
                SocketClient writer = connected(ALICE)) {
            reader.send("SUBSCRIBE\nid:1\ndestination:home/x\n\n^SUBSCRIBE\nid:2\ndestination:home/y\nreceipt:s\n\n^");
            reader.frame("RECEIPT");
            door.user("alice", "allow publish home/#", "allow subscribe home/y");
            writer.send("SEND\ndestination:home/x\nreceipt:1\n\nhidden^SEND\ndestination:home/y\n\nseen^");
            writer.frame("RECEIPT");
            assertThat(reader.frame("MESSAGE").body()).isEqualTo("seen");
        }
        assertThat(server.metrics
                        .get("waxwing.events.dropped")
                        .tag("reason", "not_granted")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    @DisplayName("A user who is gone is gone: the connection ends at the next look, those of others stay")
    void aConnectionEndsWithItsUser() throws IOException {
        try (SocketClient alice = connected(ALICE);
                SocketClient bob = connected("login:bob\npasscode:bob")) {
            door.remove("alice");
            door.recheck();
            assertThat(alice.frame("ERROR").headers()).containsEntry("code", "WXW-1402");
            assertThat(alice.read()).isEqualTo(-1);
            bob.send("BEGIN\ntransaction:t\nreceipt:r\n\n^");
            bob.frame("RECEIPT");
        }
    }

    /** Keeps whoever comes waiting until the test decides. */
    private static final class SlowDoor implements Authentication {
        private final BlockingQueue<Answer> waiting = new LinkedBlockingQueue<>();

        Answer next() throws InterruptedException {
            Answer answer = waiting.poll(10, TimeUnit.SECONDS);
            assertThat(answer).as("somebody asks").isNotNull();
            return answer;
        }

        @Override
        public boolean isRequired() {
            return true;
        }

        @Override
        public void authenticate(Login login, Answer answer) {
            waiting.add(answer);
        }

        @Override
        public Access absent(String principal, @Nullable String clientId) {
            return Access.UNLIMITED;
        }

        @Override
        public void onChange(Runnable recheck) {}
    }
}
