package io.waxwing.stomp.netty;

import static io.waxwing.stomp.netty.TestServer.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.testkit.peer.NaiveParser;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Durable subscriptions on real sockets. */
class QueueSideTest {
    private final TestServer server = new TestServer();

    @AfterEach
    void stop() {
        server.close();
    }

    private SocketClient consuming(String headers) throws IOException {
        SocketClient client = new SocketClient(server.address).connect();
        client.send("SUBSCRIBE\nid:s\ndestination:/queue/q\n" + headers + "receipt:r\n\n^");
        client.frame("RECEIPT");
        return client;
    }

    private static String ack(NaiveParser.Plain message) {
        return "ACK\nid:" + message.headers().get("ack") + "\n\n^";
    }

    private void said(String... words) {
        List<String> wanted = List.of(words);
        eventually(wanted + " is said", () -> server.queues.said().containsAll(wanted));
    }

    @Test
    void eventsAreLentUpToTheWindowAndMoreWhenHalfOfItIsFree() throws IOException {
        for (int i = 0; i < 10; i++) {
            server.queues.put("" + i);
        }
        try (SocketClient client = consuming("ack:client-individual\nprefetch-count:4\n")) {
            NaiveParser.Plain first = client.frame("MESSAGE");
            NaiveParser.Plain second = client.frame("MESSAGE");
            client.frame("MESSAGE");
            client.frame("MESSAGE");
            assertThat(server.queues.asked()).containsExactly(4);
            client.send(ack(first)).send(ack(second));
            assertThat(client.frame("MESSAGE").body()).isEqualTo("4");
            assertThat(client.frame("MESSAGE").body()).isEqualTo("5");
            said("DONE token-0", "DONE token-1");
        }
        said("AGAIN token-2", "AGAIN token-3", "AGAIN token-4", "AGAIN token-5");
    }

    @Test
    void loansAreRenewedWhileTheConnectionLasts() throws IOException {
        server.queues.put("slow");
        try (SocketClient client = consuming("ack:client\n")) {
            NaiveParser.Plain message = client.frame("MESSAGE");
            eventually(
                    "renewed more often than a loan lasts",
                    () -> Collections.frequency(server.queues.said(), "LONGER token-slow") > 4);
            client.send(ack(message));
            said("DONE token-slow");
        }
    }

    @Test
    void whatCannotBeWrittenDownEndsTheConnection() throws IOException {
        server.queues.put("1");
        try (SocketClient client = consuming("ack:client\n")) {
            NaiveParser.Plain message = client.frame("MESSAGE");
            server.queues.fail();
            client.send(ack(message));
            assertThat(client.frame("ERROR").headers()).containsEntry("code", "WXW-2101");
        }
    }

    @Test
    void aQueueThatIsNotThereIsTold() throws IOException {
        try (SocketClient client = new SocketClient(server.address).connect()) {
            client.send("SUBSCRIBE\nid:s\ndestination:/queue/none\nreceipt:r\n\n^");
            assertThat(client.frame("ERROR").headers())
                    .containsEntry("code", "WXW-1220")
                    .containsEntry("receipt-id", "r");
        }
    }

    @Test
    void aDurableNameMakesOneAndUnsubscribingWithItRemovesIt() throws IOException {
        try (SocketClient client = new SocketClient(server.address).connect()) {
            client.send("SUBSCRIBE\nid:s\ndestination:/topic/b/#\ndurable-subscription-name:q\nreceipt:r\n\n^");
            client.frame("RECEIPT");
            said("open q b/#");
            server.queues.put("x");
            assertThat(client.frame("MESSAGE").headers()).containsEntry("destination", "/topic/a");
            said("DONE token-x");
            client.send("UNSUBSCRIBE\nid:s\ndurable-subscription-name:q\n\n^");
            said("remove q");
            client.send("SUBSCRIBE\nid:s\ndestination:/topic/b/#\ndurable-subscription-name:p\nreceipt:r\n\n^");
            client.frame("RECEIPT");
            client.send("UNSUBSCRIBE\nid:s\ndurable-subscription-name:p\n\n^");
            assertThat(client.frame("ERROR").headers()).containsEntry("code", "WXW-1220");
        }
    }
}
