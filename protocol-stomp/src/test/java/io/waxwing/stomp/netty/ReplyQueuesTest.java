package io.waxwing.stomp.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.testkit.peer.NaiveParser;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests and replies over sockets, between connections on different event loops. */
class ReplyQueuesTest {
    private final TestServer server = new TestServer();

    @AfterEach
    void stop() {
        server.close();
    }

    private SocketClient client() throws IOException {
        return new SocketClient(server.address).connect();
    }

    private static String requested(SocketClient asks, SocketClient answers, String queue) throws IOException {
        asks.send("SEND\ndestination:rpc\nreply-to:/temp-queue/" + queue + "\ncorrelation-id:7\n\nq^");
        NaiveParser.Plain request = answers.frame("MESSAGE");
        assertThat(request.headers().get("correlation-id")).isEqualTo("7");
        return request.headers().get("reply-to");
    }

    private static SocketClient service(SocketClient client) throws IOException {
        client.send("SUBSCRIBE\ndestination:rpc\nid:1\nreceipt:s\n\n^").frame("RECEIPT");
        return client;
    }

    @Test
    void onlyWhoAskedGetsTheReplyAndNobodyCanGuessWhereItGoes() throws IOException {
        try (SocketClient one = client();
                SocketClient two = client();
                SocketClient service = service(client())) {
            Set<String> addresses = new HashSet<>();
            String first = requested(one, service, "mine");
            String second = requested(two, service, "mine");
            addresses.add(first);
            addresses.add(second);
            assertThat(addresses).hasSize(2).allMatch(each -> each.matches("/reply-queue/[0-9a-f]{32}"));
            service.send("SEND\ndestination:" + second + "\nreceipt:r\n\nfor two^");
            assertThat(service.frame("RECEIPT").headers()).containsEntry("status", "accepted");
            service.send("SEND\ndestination:" + first + "\n\nfor one^");
            assertThat(one.frame("MESSAGE").body()).isEqualTo("for one");
            assertThat(two.frame("MESSAGE").body()).isEqualTo("for two");
        }
    }

    @Test
    void aReplyToWhoIsGoneIsSaidToBeSoAndHarmsNobody() throws IOException {
        try (SocketClient service = service(client())) {
            String address;
            try (SocketClient asks = client()) {
                address = requested(asks, service, "mine");
            }
            TestServer.eventually(
                    "the connection is gone",
                    () -> server.metrics.get("waxwing.connections").gauge().value() == 1);
            service.send("SEND\ndestination:" + address + "\nreceipt:r\n\nlate^");
            assertThat(service.frame("RECEIPT").headers()).containsEntry("status", "undeliverable");
            assertThat(server.count("waxwing.events.dropped", "reason", "undeliverable"))
                    .isEqualTo(1);
        }
    }

    @Test
    void whoDoesNotReadHoldsABoundedNumberOfReplies() throws IOException {
        try (SocketClient asks = client();
                SocketClient service = service(client())) {
            String address = requested(asks, service, "mine");
            String body = "x".repeat(60_000);
            boolean full = false;
            for (int i = 0; i < 4_000 && !full; i++) {
                service.send("SEND\ndestination:" + address + "\nreceipt:r\n\n" + body + "^");
                full = service.frame("RECEIPT").headers().get("status").equals("undeliverable");
            }
            assertThat(full).isTrue();
            for (int i = 0; i < 20; i++) {
                assertThat(asks.frame("MESSAGE").body()).hasSize(60_000);
            }
        }
    }
}
