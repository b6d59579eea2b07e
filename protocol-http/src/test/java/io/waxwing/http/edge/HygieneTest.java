package io.waxwing.http.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.waxwing.http.exchange.HttpSettings;
import io.waxwing.http.fake.TestNode;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a strict server answers to requests that no ordinary client sends. Raw sockets, one connection each. */
class HygieneTest {
    private static final TestNode NODE = new TestNode();
    private static final Pattern CONTENT_LENGTH = Pattern.compile("(?i)content-length: ([0-9]+)");

    @AfterAll
    static void stop() {
        NODE.close();
    }

    /** Sends lines divided by {@code |} and reads one answer. */
    private static String raw(String request) throws IOException {
        try (Socket socket = NODE.connect()) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.replace("|", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            return answer(socket);
        }
    }

    /** Head and body of the next answer on a connection. */
    private static String answer(Socket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int c = socket.getInputStream().read();
            if (c < 0) {
                return head.toString();
            }
            head.append((char) c);
        }
        Matcher length = CONTENT_LENGTH.matcher(head);
        byte[] body = socket.getInputStream().readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
        return head + new String(body, StandardCharsets.UTF_8);
    }

    private static JsonNode problem(String response, int status) {
        assertThat(response).startsWith("HTTP/1.1 " + status + " ");
        assertThat(response.toLowerCase(java.util.Locale.ROOT)).contains("content-type: application/problem+json");
        JsonNode json = TestNode.json(response.substring(response.indexOf("\r\n\r\n") + 4));
        assertThat(json.get("status").asInt()).isEqualTo(status);
        assertThat(json.get("code").asText()).startsWith("WXW-");
        assertThat(json.get("type").asText()).startsWith("urn:waxwing:problem:");
        return json;
    }

    @ParameterizedTest(name = "{0} {2}")
    @CsvSource(
            delimiter = ';',
            value = {
                "400; WXW-1301; GET /health/live HTTP/1.1||",
                "400; WXW-1301; GET /health/live HTTP/1.1|Host: a|Host: b||",
                "400; WXW-1301; POST /v1/topics/a/events HTTP/1.1|Content-Length: 1||x",
                "501; WXW-1301; POST /v1/topics/a/events HTTP/1.1|Host: x|Transfer-Encoding: gzip, chunked||0||",
                "501; WXW-1301; POST /v1/topics/a/events HTTP/1.1|Host: x|Transfer-Encoding: gzip||",
                "501; WXW-1301; POST /v1/topics/a/events HTTP/1.1|Host: x|Transfer-Encoding: chunked|Transfer-Encoding: chunked||0||",
                "400; WXW-1301; POST /v1/topics/a/events HTTP/1.1|Host: x|Transfer-Encoding: chunked|Content-Length: 3||0||",
                "400; WXW-1301; POST /v1/topics/a/events HTTP/1.1|Host: x|Content-Length: -1||",
                "505; WXW-1301; GET /health/live HTTP/9.9|Host: x||",
                "400; WXW-1301; GET nopath HTTP/1.1|Host: x||",
                "400; WXW-1301; GET /v1/../health/live HTTP/1.1|Host: x||",
                "400; WXW-1301; GET /v1/topics/a//b/events HTTP/1.1|Host: x||",
                "400; WXW-1301; GET /v1/topics/%zz HTTP/1.1|Host: x||",
                "400; WXW-1301; GET /v1/topics/%C0%A0 HTTP/1.1|Host: x||",
                "404; WXW-1304; GET /nothing HTTP/1.1|Host: x||",
                "404; WXW-1304; GET / HTTP/1.1|Host: x||",
                "405; WXW-1303; DELETE /v1/topics/a/events HTTP/1.1|Host: x||",
                "405; WXW-1303; BREW /v1/topics/a/events HTTP/1.1|Host: x||",
            })
    void isAProblem(int status, String code, String request) throws IOException {
        assertThat(problem(raw(request), status).get("code").asText()).isEqualTo(code);
    }

    @Test
    void everyRequestOnAConnectionIsGuardedAndAnswersComeInOrder() throws IOException {
        try (Socket socket = NODE.connect()) {
            socket.setSoTimeout(10_000);
            String requests = "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\nGET /health/started HTTP/1.1\r\n\r\n";
            socket.getOutputStream().write(requests.getBytes(StandardCharsets.US_ASCII));
            assertThat(answer(socket)).startsWith("HTTP/1.1 200 ").contains("loops");
            problem(answer(socket), 400);
        }
    }

    @Test
    void aRequestThatArrivesByteByByteIsGuardedToo() throws IOException {
        try (Socket socket = NODE.connect()) {
            socket.setSoTimeout(10_000);
            socket.setTcpNoDelay(true);
            for (byte b : "POST /v1/topics/a/events HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII)) {
                socket.getOutputStream().write(b);
            }
            problem(answer(socket), 400);
        }
    }

    @Test
    void theMarkCannotComeFromOutside() throws IOException {
        String answer =
                raw("GET /health/live HTTP/1.1|Host: x|" + Http1Guard.MARK + ": 400 made up|Connection: close||");
        assertThat(answer).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void http10NeedsNoHost() throws IOException {
        assertThat(raw("GET /health/live HTTP/1.0||")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void anUnknownMethodAndAWrongOneGetAllow() throws IOException {
        assertThat(raw("DELETE /v1/topics/a/events HTTP/1.1|Host: x|Connection: close||"))
                .containsIgnoringCase("allow: GET, HEAD, POST\r\n");
    }

    @Test
    void longLinesAndHeadersAndBodiesAreProblems() throws IOException {
        problem(raw("GET /" + "x".repeat(9000) + " HTTP/1.1|Host: x||"), 414);
        problem(raw("GET / HTTP/1.1|Host: x|X: " + "x".repeat(40_000) + "||"), 431);
        String announced = "POST /v1/topics/a/events HTTP/1.1|Host: x|Content-Length: 2000000||xyz";
        assertThat(problem(raw(announced), 413).get("code").asText()).isEqualTo("WXW-1306");
        String chunk = "80000|" + "x".repeat(0x80000) + "|";
        String chunked =
                "POST /v1/topics/a/events HTTP/1.1|Host: x|Transfer-Encoding: chunked||" + chunk + chunk + chunk;
        assertThat(problem(raw(chunked), 413).get("code").asText()).isEqualTo("WXW-1306");
    }

    @Test
    void aBodyThatDoesNotArriveIs408() throws IOException {
        HttpSettings hasty = HttpSettings.defaults().withTimeouts(10_000, 200);
        try (TestNode node = new TestNode(hasty);
                Socket socket = node.connect()) {
            socket.setSoTimeout(10_000);
            String request = "POST /v1/topics/a/events HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
            assertThat(answer).isEqualTo("HTTP/1.1 408");
        }
    }

    /** Slowloris: a header now and then keeps nobody's connection open. */
    @ParameterizedTest
    @ValueSource(
            strings = {"", "GET", "GET / HTTP/1.1\r\nHost: x\r\n", "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\nG"})
    void headersThatDoNotArriveEndTheConnection(String begin) throws IOException {
        HttpSettings hasty = HttpSettings.defaults().withTimeouts(300, 10_000);
        try (TestNode node = new TestNode(hasty);
                Socket socket = node.connect()) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(begin.getBytes(StandardCharsets.US_ASCII));
            if (begin.contains("live")) {
                assertThat(answer(socket)).startsWith("HTTP/1.1 200 ");
                socket.getOutputStream().write('E');
            }
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            assertThat(node.registry.get("waxwing.http.head.timeouts").counter().count())
                    .isOne();
        }
    }

    @Test
    void aConnectionThatIsKeptAliveIsNotHurried() throws Exception {
        HttpSettings hasty = HttpSettings.defaults().withTimeouts(300, 10_000);
        try (TestNode node = new TestNode(hasty);
                Socket socket = node.connect()) {
            socket.setSoTimeout(1_000);
            byte[] request = "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
            socket.getOutputStream().write(request);
            assertThat(answer(socket)).startsWith("HTTP/1.1 200 ");
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            socket.getOutputStream().write(request);
            assertThat(answer(socket)).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void aHeadRequestHasTheHeadersOfAGetAndNoBody() throws IOException {
        try (Socket socket = NODE.connect()) {
            socket.setSoTimeout(10_000);
            String requests = "HEAD /health/live HTTP/1.1\r\nHost: x\r\n\r\nGET /metrics HTTP/1.1\r\nHost: x\r\n\r\n";
            socket.getOutputStream().write(requests.getBytes(StandardCharsets.US_ASCII));
            byte[] start = socket.getInputStream().readNBytes(400);
            String text = new String(start, StandardCharsets.US_ASCII);
            assertThat(text).startsWith("HTTP/1.1 200 ").doesNotContain("loops");
            assertThat(text.indexOf("\r\n\r\nHTTP/1.1 200 "))
                    .as("the next answer follows at once")
                    .isPositive();
        }
    }

    @Test
    void aRequestIdIsEchoed() {
        assertThat(NODE.get("/health/live", "x-request-id", "abc-1").headers().firstValue("x-request-id"))
                .contains("abc-1");
    }
}
