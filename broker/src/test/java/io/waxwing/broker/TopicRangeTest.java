package io.waxwing.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.broker.config.ConfigLoader;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.sign.JdkSignatureCheck;
import io.waxwing.ledger.verify.RangeProof;
import io.waxwing.ledger.verify.RangeVerifier;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A running node proves that a topic is whole, to the command and to whoever reads its ledger. */
class TopicRangeTest {
    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    private Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private Broker node;

    private String eventId = "";

    @BeforeEach
    void aTopicOfFiveEvents() throws Exception {
        node = Broker.start(
                BrokerFolder.of(folder.resolve("data"), null),
                ConfigLoader.load(
                        null,
                        Map.of(),
                        Map.of("listeners.mqtt.port", "0", "listeners.http.port", "0", "listeners.stomp.port", "0")));
        for (int i = 1; i <= 5; i++) {
            HttpRequest request = HttpRequest.newBuilder(uri("/v1/topics/t/events?wait=ordered"))
                    .POST(HttpRequest.BodyPublishers.ofString("event " + i))
                    .build();
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
            eventId = answer.headers().firstValue("location").orElseThrow().substring("/v1/events/".length());
        }
    }

    @AfterEach
    void stop() {
        node.stop();
    }

    private URI uri(String path) {
        InetSocketAddress at = Objects.requireNonNull(node.listeners().get("http"));
        return URI.create("http://127.0.0.1:" + at.getPort() + path);
    }

    private String waxwing(String... arguments) {
        StringWriter output = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(output, true));
        line.setErr(new PrintWriter(output, true));
        return line.execute(arguments) + "\n" + output;
    }

    private Path fetched() {
        Path receipt = folder.resolve("e.tlog-proof");
        Path range = folder.resolve("t.range");
        String url = uri("").toString();
        assertThat(waxwing("receipt", "get", eventId, "-o", receipt.toString(), "--url", url))
                .startsWith("0");
        assertThat(waxwing("range", "get", receipt.toString(), "-o", range.toString(), "--url", url))
                .startsWith("0")
                .contains("next: waxwing verify");
        return range;
    }

    private String verify(Path file, String... more) {
        String[] first = {"verify", file.toString(), "--trust", trust().toString(), "--no-state"};
        String[] all = Arrays.copyOf(first, first.length + more.length);
        System.arraycopy(more, 0, all, first.length, more.length);
        return waxwing(all);
    }

    private Path trust() {
        return folder.resolve("data").resolve("trust.policy");
    }

    @Test
    void theCommandFetchesARangeByAReceiptAndVerifiesItOffline() throws Exception {
        Path range = fetched();
        node.stop();
        assertThat(verify(range)).startsWith("0").contains("VERIFIED   topicSeq 1 to 5");
        assertThat(verify(range, "-o", "json")).contains("\"verified\":true", "\"from\":\"1\"", "\"to\":\"5\"");
        byte[] bytes = Files.readAllBytes(range);
        Files.write(range, Arrays.copyOf(bytes, bytes.length - 1));
        assertThat(verify(range)).startsWith("3").contains("NOT VERIFIED", "WXW-3005");
        bytes[bytes.length - 1] ^= 1;
        Files.write(range, bytes);
        assertThat(verify(range)).startsWith("3").contains("is not the topic's head");
        assertThat(verify(range, "-o", "json")).startsWith("3").contains("\"code\":\"WXW-3022\"");
    }

    @Test
    void whatIsServedBeginsWhereAskedAndWhatIsNotThereIsSaid() throws Exception {
        RangeProof whole = RangeProof.decode(Files.readAllBytes(fetched()));
        String topic = "/ledger/topic/" + whole.head().topicTag().hex();
        RangeVerifier verifier = new RangeVerifier(ByteString.of(Files.readAllBytes(trust())), new JdkSignatureCheck());
        HttpResponse<byte[]> part = get(topic + "/range/4-5");
        assertThat(part.headers().firstValue("cache-control")).contains("no-cache");
        RangeVerifier.Verified verified = verifier.verify(RangeProof.decode(part.body()));
        assertThat(verified.firstTopicSeq()).isEqualTo(4);
        assertThat(verified.head().topicSeq()).isEqualTo(5);
        assertThat(get(topic + "/head").body()).isEqualTo(whole.head().encode());
        for (String wrong : new String[] {"6-6", "2-1", "0-1", "1", "a-b", "1-", "1-99"}) {
            assertThat(get(topic + "/range/" + wrong).statusCode()).as(wrong).isEqualTo(404);
        }
        assertThat(get("/ledger/topic/" + "0".repeat(64) + "/range/1-1").statusCode())
                .isEqualTo(404);
        assertThat(waxwing("range", "get", "no.such.file", "--url", uri("").toString()))
                .startsWith("1");
    }

    private HttpResponse<byte[]> get(String path) throws Exception {
        return http.send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofByteArray());
    }
}
