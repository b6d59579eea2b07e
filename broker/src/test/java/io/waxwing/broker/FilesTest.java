package io.waxwing.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.broker.admin.DataCheck;
import io.waxwing.broker.backup.Backup;
import io.waxwing.broker.config.ConfigLoader;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files at one whole node: uploading, reading, what is refused, what a restart leaves. */
class FilesTest {
    @TempDir
    private Path folder = Path.of("");

    private final Map<String, String> settings = new HashMap<>(Map.of(
            "institution", "bank-a",
            "listeners.mqtt.port", "0",
            "listeners.http.port", "0",
            "listeners.stomp.port", "0",
            "files.maxFile", "8MiB",
            "files.maxTotal", "12MiB",
            "files.maxUploadsPerUser", "3",
            "store.reserve", "1MiB"));

    private Broker node;
    private FileClient client;

    @BeforeEach
    void start() {
        node = Broker.start(BrokerFolder.of(folder, null), ConfigLoader.load(null, Map.of(), settings));
        InetSocketAddress http = Objects.requireNonNull(node.listeners().get("http"));
        client = new FileClient(path -> URI.create("http://127.0.0.1:" + http.getPort() + path));
    }

    @AfterEach
    void stop() {
        node.stop();
    }

    private static byte[] bytes(int size) {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        return content;
    }

    private static String text(HttpResponse<byte[]> answer) {
        return answer.statusCode() + " " + new String(answer.body(), StandardCharsets.UTF_8);
    }

    @Test
    void filesOfAllSizesComeBackAsTheyWere() throws Exception {
        for (int size : List.of(0, 1, 65_535, 65_536, 65_537, 131_072, 1_000_003)) {
            byte[] content = bytes(size);
            String eventId = client.upload("reports", "report-" + size, content);
            HttpResponse<byte[]> answer = client.content(eventId);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).as("%s bytes", size).isEqualTo(content);
            assertThat(answer.headers().firstValueAsLong("content-length")).hasValue(size);
        }
    }

    @Test
    void aRangeIsTheBytesOfIt() throws Exception {
        byte[] content = bytes(200_000);
        String eventId = client.upload("reports", "report", content);
        HttpResponse<byte[]> whole = client.content(eventId);
        String tag = whole.headers().firstValue("etag").orElseThrow();

        HttpResponse<byte[]> middle = client.content(eventId, "range", "bytes=65000-131999");
        assertThat(middle.statusCode()).isEqualTo(206);
        assertThat(middle.headers().firstValue("content-range")).hasValue("bytes 65000-131999/200000");
        assertThat(middle.body()).isEqualTo(Arrays.copyOfRange(content, 65_000, 132_000));

        HttpResponse<byte[]> rest = client.content(eventId, "range", "bytes=199990-", "if-range", tag);
        assertThat(rest.statusCode()).isEqualTo(206);
        assertThat(rest.body()).isEqualTo(Arrays.copyOfRange(content, 199_990, 200_000));
        assertThat(client.content(eventId, "range", "bytes=-7").body())
                .isEqualTo(Arrays.copyOfRange(content, 199_993, 200_000));

        assertThat(client.content(eventId, "range", "bytes=0-9", "if-range", "\"other\"")
                        .statusCode())
                .isEqualTo(200);
        HttpResponse<byte[]> beyond = client.content(eventId, "range", "bytes=200000-");
        assertThat(beyond.statusCode()).isEqualTo(416);
        assertThat(beyond.headers().firstValue("content-range")).hasValue("bytes */200000");
        assertThat(client.content(eventId, "if-none-match", tag).statusCode()).isEqualTo(304);
    }

    @Test
    void anUploadGoesOnAfterARestartWithWhatIsMissing() throws Exception {
        byte[] content = bytes(300_000);
        String id = client.open("reports", "report", content.length);
        assertThat(client.put(id, 0, content)).isEqualTo(204);
        assertThat(client.put(id, 3, content)).isEqualTo(204);
        stop();
        start();
        var status = client.json("GET", "/v1/files/" + id, new byte[0]);
        assertThat(status.path("missing")).hasToString("[{\"from\":1,\"to\":3},{\"from\":4,\"to\":5}]");
        assertThat(text(client.send("POST", "/v1/files/" + id + ":publish", new byte[0])))
                .startsWith("409 ")
                .contains("WXW-1503", "[1, 3)");
        for (int chunk : List.of(4, 2, 1)) {
            assertThat(client.put(id, chunk, content)).isEqualTo(204);
        }
        String eventId = client.publish(id);
        assertThat(client.publish(id)).as("asked again").isEqualTo(eventId);
        stop();
        start();
        assertThat(client.publish(id)).as("asked after a restart").isEqualTo(eventId);
        assertThat(client.content(eventId).body()).isEqualTo(content);
        assertThat(client.put(id, 0, content)).isEqualTo(409);
    }

    @Test
    void theSameFileOfTheSameUserIsTheSameUpload() throws Exception {
        String wish = "{\"topic\":\"reports\",\"name\":\"a\",\"size\":70000,\"root\":\"" + "ab".repeat(32) + "\"}";
        String first =
                client.json("POST", "/v1/files", wish.getBytes()).path("file").asText();
        assertThat(client.json("POST", "/v1/files", wish.getBytes())
                        .path("file")
                        .asText())
                .isEqualTo(first);
    }

    @Test
    void chunksThatGiveAnotherRootAreNotPublished() throws Exception {
        String wish = "{\"topic\":\"reports\",\"name\":\"a\",\"size\":5,\"root\":\"" + "ab".repeat(32) + "\"}";
        String id =
                client.json("POST", "/v1/files", wish.getBytes()).path("file").asText();
        assertThat(client.put(id, 0, bytes(5))).isEqualTo(204);
        assertThat(text(client.send("POST", "/v1/files/" + id + ":publish", new byte[0])))
                .startsWith("409 ")
                .contains("WXW-1504");
        assertThat(client.json("GET", "/v1/files/" + id, new byte[0])
                        .path("state")
                        .asText())
                .isEqualTo("open");
    }

    @Test
    void whatDoesNotFitIsRefusedByName() throws Exception {
        String id = client.open("reports", "report", 100_000);
        byte[] wrong = bytes(10);
        assertThat(text(client.send("PUT", "/v1/files/" + id + "/chunks/0", wrong)))
                .startsWith("400 ")
                .contains("WXW-1502");
        assertThat(text(client.send("PUT", "/v1/files/" + id + "/chunks/2", wrong)))
                .contains("WXW-1502");
        assertThat(text(client.send("PUT", "/v1/files/" + id + "/chunks/x", wrong)))
                .contains("WXW-1502");
        assertThat(text(client.send("PUT", "/v1/files/" + "0".repeat(32) + "/chunks/0", wrong)))
                .contains("WXW-1501");
        assertThat(text(client.send("POST", "/v1/files", wish("reports", "a", 9L << 20))))
                .startsWith("413 ")
                .contains("WXW-1505");
        assertThat(text(client.send("POST", "/v1/files", wish("reports", "", 1))))
                .contains("WXW-1302");
        assertThat(text(client.send("POST", "/v1/files", wish("re/+/ports", "a", 1))))
                .startsWith("400 ");
        String first = client.open("reports", "b", 8 << 20);
        assertThat(text(client.send("POST", "/v1/files", wish("reports", "c", 4 << 20))))
                .startsWith("429 ")
                .contains("WXW-1506");
        client.open("reports", "d", 1);
        assertThat(text(client.send("POST", "/v1/files", wish("reports", "e", 1))))
                .startsWith("429 ")
                .contains("WXW-1506");
        assertThat(client.send("DELETE", "/v1/files/" + first, new byte[0]).statusCode())
                .isEqualTo(204);
        assertThat(client.send("POST", "/v1/files", wish("reports", "f", 4 << 20))
                        .statusCode())
                .isEqualTo(201);
    }

    private static byte[] wish(String topic, String name, long size) {
        return ("{\"topic\":\"" + topic + "\",\"name\":\"" + name + "\",\"size\":" + size + "}").getBytes();
    }

    @Test
    void namesAreLabelsAndNeverPaths() throws Exception {
        byte[] content = bytes(100);
        String eventId = client.upload("reports", "../../../../evil", content);
        assertThat(client.content(eventId).body()).isEqualTo(content);
        try (var all = Files.walk(folder)) {
            assertThat(all.map(Path::toString)).noneMatch(path -> path.contains("evil"));
        }
        for (String path : List.of("/v1/files/..%2F..%2Foperator.token/content", "/v1/files/..%2Foperator.token")) {
            assertThat(client.send("GET", path, new byte[0]).statusCode())
                    .as(path)
                    .isBetween(400, 404);
        }
    }

    @Test
    void anEventThatIsNoFilesIsNone() throws Exception {
        String event = client.json("POST", "/v1/topics/reports/events", "{}".getBytes())
                .path("eventId")
                .asText();
        assertThat(text(client.content(event))).startsWith("404 ").contains("WXW-1501");
    }

    @Test
    void whatIsErasedGoesFromTheFolder() throws Exception {
        Marker marker = new Marker("file-content-to-be-erased");
        byte[] content = new byte[200_000];
        System.arraycopy(
                marker.text().getBytes(), 0, content, 70_000, marker.text().length());
        String eventId = client.upload("reports", "report", content);
        assertThat(marker.files(folder)).isNotEmpty();
        assertThat(client.send("DELETE", "/v1/events/" + eventId + "?reason=test", new byte[0], "prefer", "wait=30")
                        .statusCode())
                .isEqualTo(200);
        Awaitility.await().until(() -> marker.files(folder).isEmpty());
        assertThat(client.content(eventId).statusCode()).isEqualTo(410);
        assertThat(Files.list(folder.resolve("files")).filter(Files::isDirectory))
                .isEmpty();
    }

    private List<String> checked() {
        return DataCheck.run(BrokerFolder.of(folder, null)).lines();
    }

    @Test
    void theCheckFindsAChunkThatIsNotWhatItWasAndReadingDoesNotGiveIt() throws Exception {
        String eventId = client.upload("reports", "report", bytes(100_000));
        stop();
        assertThat(checked()).last().isEqualTo("RESULT   OK");
        Path chunk;
        try (var all = Files.walk(folder.resolve("files"))) {
            chunk = all.filter(path -> path.getFileName().toString().startsWith("1-"))
                    .findAny()
                    .orElseThrow();
        }
        byte[] damaged = Files.readAllBytes(chunk);
        damaged[5] ^= 1;
        Files.write(chunk, damaged);
        assertThat(checked())
                .anyMatch(line -> line.startsWith("chunks   WXW-2104") && line.contains("is not the chunk"));
        settings.put("files.wait", "1s");
        start();
        assertThat(text(client.content(eventId, "range", "bytes=70000-70001")))
                .startsWith("503 ")
                .contains("WXW-1508");
        assertThat(client.content(eventId, "range", "bytes=0-9").statusCode()).isEqualTo(206);
    }

    @Test
    void aBackupOfTheRunningNodeHasTheFilesAndARestoredNodeGivesThem(@TempDir Path other) throws Exception {
        byte[] content = bytes(150_000);
        String eventId = client.upload("reports", "report", content);
        String open = client.open("reports", "half", 100_000);
        assertThat(client.put(open, 1, bytes(100_000))).isEqualTo(204);
        stop();
        new Backup(BrokerFolder.of(folder, null), true, Backup.ofStopped(BrokerFolder.of(folder, null)))
                .to(other.resolve("backup"));
        Path restored = other.resolve("backup").resolve("data");
        node = Broker.start(
                BrokerFolder.of(restored, other.resolve("backup").resolve("keys")),
                ConfigLoader.load(null, Map.of(), settings));
        InetSocketAddress http = Objects.requireNonNull(node.listeners().get("http"));
        client = new FileClient(path -> URI.create("http://127.0.0.1:" + http.getPort() + path));
        assertThat(client.content(eventId).body()).isEqualTo(content);
        assertThat(client.json("GET", "/v1/files/" + open, new byte[0]).path("missing"))
                .hasToString("[{\"from\":0,\"to\":1}]");
    }

    @Test
    void whatIsNotKeptAnyMoreGoesFromTheFolder() throws Exception {
        String eventId = client.upload("reports", "report", bytes(100_000));
        assertThat(Files.list(folder.resolve("files")).filter(Files::isDirectory))
                .hasSize(1);
        stop();
        Path config = folder.resolve("retention.yaml");
        Files.writeString(config, "topics:\n  retention:\n    - { filter: reports, age: 1s }\n");
        node = Broker.start(BrokerFolder.of(folder, null), ConfigLoader.load(config, Map.of(), settings));
        Awaitility.await().atMost(java.time.Duration.ofSeconds(60)).until(() -> {
            try (var all = Files.list(folder.resolve("files"))) {
                return all.noneMatch(Files::isDirectory);
            }
        });
        assertThat(eventId).isNotEmpty();
    }

    @Test
    void anUploadThatNobodyGoesOnWithIsGivenUp() throws Exception {
        client.open("reports", "report", 100_000);
        settings.put("files.abandoned", "0s");
        stop();
        start();
        Awaitility.await().until(() -> {
            try (var all = Files.list(folder.resolve("files"))) {
                return all.noneMatch(Files::isDirectory);
            }
        });
    }
}
