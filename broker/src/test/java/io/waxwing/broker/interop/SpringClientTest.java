package io.waxwing.broker.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.broker.Broker;
import io.waxwing.broker.BrokerFolder;
import io.waxwing.broker.config.ConfigLoader;
import java.lang.reflect.Type;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.messaging.converter.StringMessageConverter;
import org.springframework.messaging.simp.stomp.ReactorNettyTcpStompClient;
import org.springframework.messaging.simp.stomp.StompHeaders;
import org.springframework.messaging.simp.stomp.StompSession;
import org.springframework.messaging.simp.stomp.StompSessionHandlerAdapter;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.web.socket.client.standard.StandardWebSocketClient;
import org.springframework.web.socket.messaging.WebSocketStompClient;

/** Spring's STOMP client against a whole node, over TCP and over WebSocket. */
class SpringClientTest {
    private static final long SECONDS = 20;

    @TempDir
    private Path folder = Path.of("");

    private final ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
    private @Nullable Broker node;

    @BeforeEach
    void start() {
        scheduler.initialize();
        node = Broker.start(
                BrokerFolder.of(folder.resolve("data"), null),
                ConfigLoader.load(
                        null,
                        Map.of(),
                        Map.of("listeners.mqtt.port", "0", "listeners.http.port", "0", "listeners.stomp.port", "0")));
    }

    @AfterEach
    void stop() {
        Objects.requireNonNull(node).stop();
        scheduler.shutdown();
    }

    private InetSocketAddress stomp() {
        return Objects.requireNonNull(Objects.requireNonNull(node).listeners().get("stomp"));
    }

    private record Received(StompHeaders headers, String body) {}

    /** What a session is told. */
    private static final class Told extends StompSessionHandlerAdapter {
        final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
        final CompletableFuture<String> error = new CompletableFuture<>();

        @Override
        public Type getPayloadType(StompHeaders headers) {
            return String.class;
        }

        @Override
        public void handleFrame(StompHeaders headers, @Nullable Object payload) {
            if (headers.containsKey("message") && headers.getDestination() == null) {
                error.complete(String.valueOf(headers.getFirst("message")));
            } else {
                received.add(new Received(headers, String.valueOf(payload)));
            }
        }

        Received next() throws InterruptedException {
            return Objects.requireNonNull(received.poll(SECONDS, TimeUnit.SECONDS), "a MESSAGE");
        }
    }

    private static StompHeaders to(String destination) {
        StompHeaders headers = new StompHeaders();
        headers.setDestination(destination);
        return headers;
    }

    /** Headers that came cannot be written to, and Spring writes the receipt into them. */
    private static StompHeaders answering(Received received) {
        StompHeaders headers = new StompHeaders();
        headers.setId(received.headers().getAck());
        return headers;
    }

    /** Spring gives receipts without their headers: that one came is what it tells. */
    private static void done(StompSession.Receiptable sent) throws Exception {
        CompletableFuture<Boolean> came = new CompletableFuture<>();
        sent.addReceiptTask(() -> came.complete(true));
        sent.addReceiptLostTask(() -> came.complete(false));
        assertThat(came.get(SECONDS, TimeUnit.SECONDS)).as("a receipt").isTrue();
    }

    private void round(StompSession session, Told told) throws Exception {
        session.setAutoReceipt(true);
        StompHeaders wanted = to("/topic/spring/a");
        wanted.setAck("client-individual");
        StompSession.Subscription subscription = session.subscribe(wanted, told);
        done(subscription);
        done(session.send(to("/topic/spring/a"), "erste ünï"));
        done(session.send(to("/topic/spring/a"), "second"));
        Received first = told.next();
        assertThat(first.body()).isEqualTo("erste ünï");
        assertThat(first.headers().getFirst("event-id")).matches("[0-9a-f]{8}-[0-9]+-[0-9]+");
        session.acknowledge(answering(first), false);
        Received again = told.next();
        if (again.body().equals("second")) {
            again = told.next();
        }
        assertThat(again.body()).as("refused, it comes again").isEqualTo("erste ünï");
        session.acknowledge(answering(again), true);
        subscription.unsubscribe();
        done(session.send(to("/topic/spring/a"), "unheard"));
        assertThat(told.received).isEmpty();
    }

    @Test
    void publishesReceivesAndAcknowledgesOverTcp() throws Exception {
        ReactorNettyTcpStompClient client = new ReactorNettyTcpStompClient("127.0.0.1", stomp().getPort());
        try {
            client.setMessageConverter(new StringMessageConverter());
            client.setTaskScheduler(scheduler);
            Told told = new Told();
            StompSession session = client.connectAsync(told).get(SECONDS, TimeUnit.SECONDS);
            round(session, told);
            session.disconnect();
        } finally {
            client.shutdown();
        }
    }

    @Test
    void doesTheSameOverWebSocket() throws Exception {
        WebSocketStompClient client = new WebSocketStompClient(new StandardWebSocketClient());
        client.setMessageConverter(new StringMessageConverter());
        client.setTaskScheduler(scheduler);
        Told told = new Told();
        StompSession session = client.connectAsync("ws://127.0.0.1:" + stomp().getPort() + "/stomp", told)
                .get(SECONDS, TimeUnit.SECONDS);
        round(session, told);
        session.disconnect();
        client.stop();
    }

    @Test
    void isToldByAnErrorWhyItsConnectionEnds() throws Exception {
        ReactorNettyTcpStompClient client = new ReactorNettyTcpStompClient("127.0.0.1", stomp().getPort());
        try {
            client.setMessageConverter(new StringMessageConverter());
            Told told = new Told();
            StompSession session = client.connectAsync(told).get(SECONDS, TimeUnit.SECONDS);
            session.send(to("/topic/$SYS/x"), "refused");
            assertThat(told.error.get(SECONDS, TimeUnit.SECONDS)).contains("WXW-1003");
        } finally {
            client.shutdown();
        }
    }
}
