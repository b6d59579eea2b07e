package io.waxwing.http.weevent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.waxwing.http.exchange.HttpSettings;
import io.waxwing.http.fake.TestNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** WeEvent's STOMP over SockJS, frame by frame as sockjs-protocol 0.3.3 has them. */
@Timeout(60)
class SockJsTest {
    private static final String SOCKJS = "/weevent-broker/sockjs/";
    private static final String CONNECT = "CONNECT\\naccept-version:1.1\\n\\n\\u0000";
    private static final String SUBSCRIBE = "SUBSCRIBE\\ndestination:a\\nid:1\\neventId:OFFSET_FIRST\\n\\n\\u0000";

    private final TestNode node = new TestNode(HttpSettings.defaults());

    @BeforeEach
    void openAndPublish() {
        node.get("/weevent-broker/rest/open?topic=a");
        node.get("/weevent-broker/rest/publish?topic=a&content=hi");
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private HttpResponse<String> send(String session, String body) {
        return node.post(SOCKJS + "000/" + session + "/xhr_send", body);
    }

    private String poll(String session) {
        HttpResponse<String> answer = node.post(SOCKJS + "000/" + session + "/xhr", "");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/javascript; charset=utf-8");
        return answer.body();
    }

    @Test
    void infoTellsWhatThereIs() {
        HttpResponse<String> answer = node.get(SOCKJS + "info");
        JsonNode info = TestNode.json(answer);
        assertThat(TestNode.names(info)).containsExactly("websocket", "origins", "cookie_needed", "entropy");
        assertThat(info.get("websocket").asBoolean()).isTrue();
        assertThat(answer.headers().firstValue("cache-control")).hasValue("no-store");
        assertThat(TestNode.json(node.get(SOCKJS + "info")).get("entropy")).isNotEqualTo(info.get("entropy"));
    }

    @Test
    void pagesThatMayConnectMayWithCookiesAndOthersMayNot() {
        HttpResponse<String> answer = node.get(SOCKJS + "info", "origin", "https://console.example");
        assertThat(answer.headers().firstValue("access-control-allow-origin")).hasValue("https://console.example");
        assertThat(answer.headers().firstValue("access-control-allow-credentials"))
                .hasValue("true");
        assertThat(node.get(SOCKJS + "info", "origin", "https://evil.example").statusCode())
                .isEqualTo(403);
        assertThat(node.post(SOCKJS + "000/s/xhr", "", "origin", "https://evil.example")
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void pollingBringsFrameAfterFrame() {
        assertThat(poll("s1")).isEqualTo("o\n");
        assertThat(send("s1", "[\"" + CONNECT + "\"]").statusCode()).isEqualTo(204);
        assertThat(poll("s1")).startsWith("a[\"CONNECTED\\n");
        send("s1", "[\"" + SUBSCRIBE + "\"]");
        String frames = poll("s1") + poll("s1");
        assertThat(frames).contains("RECEIPT").contains("MESSAGE").contains("hi\\u0000");
        send("s1", "[\"DISCONNECT\\n\\n\\u0000\"]");
        assertThat(poll("s1")).isEqualTo("c[3000,\"Go away!\"]\n");
        assertThat(send("s1", "[]").statusCode()).isEqualTo(404);
    }

    @Test
    void whatComesWhileNobodyPollsWaits() {
        poll("s2");
        send("s2", "[\"" + CONNECT + "\",\"" + SUBSCRIBE + "\"]");
        List<String> all = new ArrayList<>();
        while (all.size() < 4 && all.stream().noneMatch(text -> text.contains("MESSAGE"))) {
            all.add(poll("s2"));
        }
        assertThat(String.join("", all)).containsSubsequence("CONNECTED", "RECEIPT", "MESSAGE");
    }

    @Test
    void aStreamBringsAPreludeAndThenFramesAsTheyCome() throws Exception {
        try (Socket socket = node.connect();
                Writer out = new OutputStreamWriter(socket.getOutputStream(), StandardCharsets.US_ASCII);
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            socket.setSoTimeout(10_000);
            out.write("POST " + SOCKJS + "000/s3/xhr_streaming HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n");
            out.flush();
            assertThat(next(in, "h".repeat(2048))).isNotNull();
            next(in, "o");
            send("s3", "[\"" + CONNECT + "\",\"" + SUBSCRIBE + "\"]");
            next(in, "a[\"CONNECTED");
            next(in, "MESSAGE");
            assertThat(poll("s3")).as("one at a time").isEqualTo("c[2010,\"Another connection still open\"]\n");
        }
        await().until(() -> node.bus.openAttachments() == 0);
        assertThat(send("s3", "[]").statusCode()).isEqualTo(404);
    }

    @Test
    void anEventSourceBringsFramesAsDataWhosePercentSignsAreEscaped() throws Exception {
        node.get("/weevent-broker/rest/publish?topic=a&content=100%25%2041%25");
        try (Socket socket = node.connect();
                Writer out = new OutputStreamWriter(socket.getOutputStream(), StandardCharsets.US_ASCII);
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            socket.setSoTimeout(10_000);
            out.write("GET " + SOCKJS + "000/s8/eventsource HTTP/1.1\r\nhost: a\r\naccept: text/event-stream\r\n\r\n");
            out.flush();
            next(in, "content-type: text/event-stream; charset=utf-8");
            assertThat(next(in, "data: ")).isEqualTo("data: o");
            send("s8", "[\"" + CONNECT + "\",\"" + SUBSCRIBE + "\"]");
            assertThat(next(in, "data: ")).startsWith("data: a[\"CONNECTED");
            String message = next(in, "100%25");
            assertThat(message).startsWith("data: a[\"").contains("100%25 41%25\\u0000");
        }
        await().until(() -> node.bus.openAttachments() == 0);
        assertThat(node.post(SOCKJS + "000/s9/eventsource", "").statusCode()).isEqualTo(405);
    }

    @Test
    void anEventSourceThatIsLongEndsAndTheNextOneGoesOn() throws Exception {
        String content = "x".repeat(7_000);
        for (int i = 0; i < 60; i++) {
            node.post("/weevent-broker/rest/publish?topic=a&content=" + content, "");
        }
        CompletableFuture<HttpResponse<String>> first = HttpClient.newHttpClient()
                .sendAsync(
                        HttpRequest.newBuilder(node.uri(SOCKJS + "000/s10/eventsource"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        await().until(() ->
                send("s10", "[\"" + CONNECT + "\",\"" + SUBSCRIBE + "\"]").statusCode() == 204);
        String all = first.get(20, TimeUnit.SECONDS).body();
        assertThat(all.length()).isGreaterThan(128 << 10);
        int shown = all.split("eventId:ca978112-", -1).length - 1;
        assertThat(shown).isLessThan(61);
        all = poll("s10");
        assertThat(all).contains("eventId:ca978112-" + (shown + 1) + "-");
    }

    private static String next(BufferedReader in, String wanted) throws Exception {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.contains(wanted)) {
                return line;
            }
        }
        throw new AssertionError("the stream ended before " + wanted);
    }

    @Test
    void webSocketsHaveTheSameFrames() throws Exception {
        BlockingQueue<String> messages = new LinkedBlockingQueue<>();
        WebSocket socket = connect(SOCKJS + "000/s4/websocket", messages);
        assertThat(messages.poll(10, TimeUnit.SECONDS)).isEqualTo("o");
        socket.sendText("[\"" + CONNECT + "\"]", true).join();
        assertThat(messages.poll(10, TimeUnit.SECONDS))
                .startsWith("a[\"CONNECTED\\n")
                .endsWith("\\u0000\"]");
        socket.sendText("\"" + SUBSCRIBE + "\"", true).join();
        assertThat(messages.poll(10, TimeUnit.SECONDS)).startsWith("a[\"RECEIPT\\n");
        assertThat(messages.poll(10, TimeUnit.SECONDS)).startsWith("a[\"MESSAGE\\n");
        socket.sendText("[7]", true).join();
        assertThat(messages.poll(10, TimeUnit.SECONDS)).isEqualTo("c[3000,\"Go away!\"]");
    }

    @Test
    void aWebSocketWithoutFramesIsThereToo() throws Exception {
        BlockingQueue<String> messages = new LinkedBlockingQueue<>();
        WebSocket socket = connect(SOCKJS + "websocket", messages);
        socket.sendText("CONNECT\naccept-version:1.1\n\n\0", true).join();
        assertThat(messages.poll(10, TimeUnit.SECONDS)).startsWith("CONNECTED\n");
    }

    private WebSocket connect(String path, BlockingQueue<String> messages) {
        return HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create(node.uri(path).toString().replaceFirst("http", "ws")), new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
                        messages.add(data.toString());
                        from.request(1);
                        return null;
                    }
                })
                .join();
    }

    @Test
    void whoAsksForNoMoreFramesLeavesNothingBehind() {
        poll("s5");
        send("s5", "[\"" + CONNECT + "\",\"SUBSCRIBE\\ndestination:a\\nid:1\\n\\n\\u0000\"]");
        assertThat(poll("s5")).contains("CONNECTED");
        await().until(() -> node.bus.openAttachments() == 1);
        // After five seconds the session is over.
        await().atMost(15, TimeUnit.SECONDS).until(() -> node.bus.openAttachments() == 0);
        assertThat(send("s5", "[]").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({"'{', 400", "'[1]', 400", "'[\"a\"', 400"})
    void whatIsNotSockJsIsRefused(String body, int status) {
        poll("s6");
        assertThat(send("s6", body).statusCode()).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"000/s/jsonp", "000/s/htmlfile", "iframe.html", "a/b", "000/s/websocket"})
    void whatThereIsNotIsSaid(String path) {
        assertThat(node.get(SOCKJS + path).statusCode()).isBetween(400, 405);
    }

    @Test
    void aMessageTooLargeIsRefused() {
        poll("s7");
        assertThat(send("s7", "[\"" + "x".repeat(70_000) + "\"]").statusCode()).isEqualTo(413);
    }
}
