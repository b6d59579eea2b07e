package io.waxwing.http.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.http.exchange.Origins;
import io.waxwing.http.fake.TestNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What pages in browsers may do; curl says what a browser would be told. */
class CrossOriginTest {
    private static final String EVENTS = "/v1/topics/home/x/events";
    private final TestNode node = new TestNode();

    @TempDir
    private Path folder = Path.of("");

    @AfterEach
    void stop() {
        node.close();
    }

    private HttpResponse<String> options(String origin) {
        return node.send(HttpRequest.newBuilder(node.uri(EVENTS))
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .header("origin", origin)
                .header("access-control-request-method", "PUT"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://evil.example", "null", "https://console.example.evil.example", "http://console.example"
            })
    void pagesThatAreNotNamedReadAndChangeNothing(String origin) {
        assertThat(node.post(EVENTS, "x", "origin", origin, "content-type", "text/plain")
                        .statusCode())
                .isEqualTo(403);
        assertThat(options(origin).statusCode()).isEqualTo(403);
        HttpResponse<String> read = node.get("/v1/topics", "origin", origin);
        assertThat(read.statusCode()).isEqualTo(200);
        assertThat(read.headers().firstValue("access-control-allow-origin")).isEmpty();
        assertThat(read.headers().firstValue("vary")).hasValue("origin");
        assertThat(node.bus.drafts()).isEmpty();
    }

    @Test
    void namedPagesAndThoseOfTheNodeDo() {
        String own = node.uri("").toString();
        for (String origin : new String[] {"https://console.example", own}) {
            HttpResponse<String> asked = options(origin);
            assertThat(asked.statusCode()).isEqualTo(204);
            assertThat(asked.headers().firstValue("access-control-allow-origin"))
                    .hasValue(origin);
            assertThat(asked.headers()
                            .firstValue("access-control-allow-headers")
                            .orElse(""))
                    .contains("authorization");
            assertThat(asked.headers().firstValue("access-control-allow-credentials"))
                    .isEmpty();
            HttpResponse<String> done = node.post(EVENTS, "x", "origin", origin, "content-type", "text/plain");
            assertThat(done.statusCode()).isEqualTo(201);
            assertThat(done.headers().firstValue("access-control-allow-origin")).hasValue(origin);
        }
    }

    @Test
    void programsAreNotConcerned() {
        HttpResponse<String> done = node.post(EVENTS, "x", "content-type", "text/plain");
        assertThat(done.statusCode()).isEqualTo(201);
        assertThat(done.headers().firstValue("access-control-allow-origin")).isEmpty();
    }

    @Test
    void curlSeesTheSame() throws Exception {
        Path out = folder.resolve("out");
        Process curl = new ProcessBuilder(
                        "curl",
                        "-si",
                        "-H",
                        "Origin: https://evil.example",
                        "-d",
                        "x",
                        node.uri(EVENTS).toString())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        assertThat(curl.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(out, StandardCharsets.UTF_8))
                .startsWith("HTTP/1.1 403")
                .contains("WXW-1405")
                .doesNotContainIgnoringCase("access-control");
    }

    @ParameterizedTest
    @CsvSource({
        "same, http://h:1, true",
        "same, https://H:1, true",
        "same, http://h:2, false",
        "same, h:1, false",
        "none, http://h:1, false",
        "none, , true",
        "any, null, true",
        "'https://a.example, https://B.example', https://b.example, true",
        "'https://a.example, https://B.example', http://h:1, true",
        "https://a.example, https://a.example:444, false"
    })
    void whichOriginsAWordAllows(String setting, String origin, boolean allowed) {
        assertThat(Origins.of(setting).allow(origin, "h:1")).isEqualTo(allowed);
    }
}
