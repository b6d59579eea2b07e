package io.waxwing.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.broker.admin.DataCheck;
import io.waxwing.broker.admin.ReadyFile;
import io.waxwing.broker.config.BrokerConfig;
import io.waxwing.broker.config.ConfigLoader;
import io.waxwing.bus.failure.RefusedException;
import java.io.StringWriter;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A whole node inside this process: start, publish, stop, start again, check. */
class BrokerTest {
    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    private Path folder = Path.of("");

    private static BrokerConfig config(Map<String, String> more) {
        Map<String, String> settings = new java.util.HashMap<>(Map.of(
                "listeners.mqtt.port",
                "0",
                "listeners.http.port",
                "0",
                "listeners.stomp.port",
                "0",
                "topics.default.class",
                "sealed"));
        settings.putAll(more);
        return ConfigLoader.load(null, Map.of(), settings);
    }

    private HttpResponse<String> post(Broker broker, String path, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(uri(broker, path))
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(Broker broker, String path) throws Exception {
        return http.send(HttpRequest.newBuilder(uri(broker, path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static URI uri(Broker broker, String path) {
        int port = Objects.requireNonNull(broker.listeners().get("http")).getPort();
        return URI.create("http://127.0.0.1:" + port + path);
    }

    @Test
    void whatWasPublishedIsThereAfterARestartAndTheCheckFindsNothing() throws Exception {
        BrokerFolder data = BrokerFolder.of(folder.resolve("data"), null);
        String eventId;
        Broker first = Broker.start(data, config(Map.of("topics.default.class", "ordered")));
        try {
            HttpResponse<String> answer = post(first, "/v1/topics/a/b/events", "hello");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
            eventId = answer.headers().firstValue("location").orElseThrow().substring("/v1/events/".length());
            assertThat(get(first, "/health/ready").statusCode()).isEqualTo(200);
            assertThat(get(first, "/metrics").body()).contains("waxwing_events_ordered_total 1.0");
            assertThat(first.metrics().getMeters()).isNotEmpty();
            ReadyFile.write(folder.resolve("ready"), first.listeners());
            assertThat(Files.readString(folder.resolve("ready"))).contains("\"mqtt\"");
        } finally {
            first.stop();
        }
        first.awaitStop();
        Broker second = Broker.start(data, config(Map.of("topics.default.class", "ordered")));
        try {
            assertThat(get(second, "/v1/events/" + eventId).body()).contains(eventId);
            assertThat(get(second, "/v1/topics/a%2Fb").body()).contains("\"lastTopicSeq\":\"1\"");
        } finally {
            second.stop();
        }
        DataCheck.Report report = DataCheck.run(data);
        assertThat(report.damaged()).as(report.toString()).isFalse();
    }

    @Test
    void sealedEventsAreAcknowledgedWhenDurableAndNamedLater() throws Exception {
        Broker broker = Broker.start(BrokerFolder.of(folder.resolve("data"), null), config(Map.of()));
        try {
            HttpResponse<String> answer = post(broker, "/v1/topics/s/t/events?wait=ordered", "x");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
            HttpResponse<String> early = post(broker, "/v1/topics/s/t/events", "y");
            assertThat(early.statusCode()).isEqualTo(202);
            String location = early.headers().firstValue("location").orElseThrow();
            HttpResponse<String> looked = get(broker, location);
            while (looked.statusCode() == 202) { // Durable; the ledger orders it meanwhile.
                looked = get(broker, location);
            }
            assertThat(looked.statusCode()).as(location).isEqualTo(200);
        } finally {
            broker.stop();
        }
    }

    @Test
    void mqttClientsOfANodeThatStopsAreSentElsewhere() throws Exception {
        Broker broker = Broker.start(
                BrokerFolder.of(folder.resolve("data"), null), config(Map.of("mqtt.redirect", "mqtt2.example:8883")));
        try (Socket client = new Socket(
                "127.0.0.1",
                Objects.requireNonNull(broker.listeners().get("mqtt")).getPort())) {
            byte[] connect = {0x10, 14, 0, 4, 'M', 'Q', 'T', 'T', 5, 2, 0, 0, 0, 0, 1, 'a'};
            client.getOutputStream().write(connect);
            assertThat(client.getInputStream().read()).as("CONNACK").isEqualTo(0x20);
            client.getInputStream().readNBytes(client.getInputStream().read());
            broker.stop();
            byte[] last = client.getInputStream().readAllBytes();
            assertThat(last).startsWith(0xe0);
            assertThat(last[2]).as("use another server").isEqualTo((byte) 0x9c);
            assertThat(new String(last, StandardCharsets.UTF_8)).contains("mqtt2.example:8883");
        } finally {
            broker.stop();
        }
    }

    @Test
    void aFolderThatNoNodeHasWrittenToIsNotCheckedAndNotMade() {
        BrokerFolder data = BrokerFolder.of(folder.resolve("nothing"), null);
        assertThatThrownBy(() -> DataCheck.run(data)).hasMessageContaining("no node has written");
        assertThat(data.data()).doesNotExist();
    }

    @Test
    void aListenerBeyondLoopbackIsRefusedBeforeAnythingIsTouched() {
        BrokerFolder data = BrokerFolder.of(folder.resolve("data"), null);
        assertThatThrownBy(() -> Broker.start(data, config(Map.of("listeners.http.host", "192.0.2.1"))))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("WXW-2004");
        assertThat(data.data()).doesNotExist();
    }

    @Test
    void whatIsBeyondLoopbackNeedsUsersAndTlsOrAWordOfTheOperator() throws Exception {
        Path file = Files.writeString(folder.resolve("access"), "user alice none\n");
        BrokerFolder data = BrokerFolder.of(folder.resolve("data"), null);
        Map<String, String> users = Map.of("access.file", file.toString(), "listeners.http.host", "0.0.0.0");
        assertThatThrownBy(() -> Broker.start(data, config(users)))
                .hasMessageContaining("WXW-2004")
                .hasMessageContaining("access.insecureLan");
        Map<String, String> alone = Map.of("access.insecureLan", "true");
        assertThatThrownBy(() -> Broker.start(data, config(alone))).hasMessageContaining("WXW-2002");
        Map<String, String> said = new HashMap<>(users);
        said.put("access.insecureLan", "true");
        Broker broker = Broker.start(data, config(said));
        try {
            assertThat(broker.asksWho() && broker.insecureLan()).isTrue();
            assertThat(post(broker, "/v1/topics/a/events", "x").statusCode()).isEqualTo(401);
        } finally {
            broker.stop();
        }
    }

    @Test
    void stompAsksTooAndMayThenBeBeyondLoopback() throws Exception {
        Path file = Files.writeString(folder.resolve("access"), "user alice none\n");
        BrokerFolder data = BrokerFolder.of(folder.resolve("data"), null);
        Map<String, String> settings = new HashMap<>(Map.of("listeners.stomp.host", "0.0.0.0"));
        assertThatThrownBy(() -> Broker.start(data, config(settings))).hasMessageContaining("WXW-2004");
        settings.put("access.file", file.toString());
        assertThatThrownBy(() -> Broker.start(data, config(settings))).hasMessageContaining("WXW-2004");
        settings.put("access.insecureLan", "true");
        Broker broker = Broker.start(data, config(settings));
        int port = Objects.requireNonNull(broker.listeners().get("stomp")).getPort();
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write("CONNECT\naccept-version:1.2\nlogin:alice\npasscode:sesame\n\n\0"
                            .getBytes(StandardCharsets.UTF_8));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("ERROR\n").contains("code:WXW-1402").doesNotContain("sesame");
        } finally {
            broker.stop();
        }
    }

    @Test
    void stompByTlsMayBeBeyondLoopbackWithUsers() throws Exception {
        Path file = Files.writeString(folder.resolve("access"), "user alice none\n");
        BrokerFolder data = BrokerFolder.of(folder.resolve("data"), null);
        Map<String, String> settings =
                new HashMap<>(Map.of("listeners.stomps.enabled", "true", "listeners.stomps.host", "0.0.0.0"));
        assertThatThrownBy(() -> Broker.start(data, config(settings))).hasMessageContaining("WXW-2004");
        settings.put("access.file", file.toString());
        assertThatThrownBy(() -> Broker.start(data, config(settings)))
                .as("the next thing that is missing")
                .hasMessageContaining("needs tls.certificate");
    }

    @Test
    void keysAreMadeOnceShownAndNeverOverwritten() {
        String keys = folder.resolve("keys").toString();
        assertThat(execute("key", "gen", "--keys", keys)).startsWith("0").contains("SHA256:");
        assertThat(execute("key", "show", "--keys", keys)).startsWith("0").contains("origin");
        assertThat(execute("key", "gen", "--keys", keys)).startsWith("1").contains("WXW-3111");
        assertThat(execute("server", "config")).startsWith("0").contains("topics:");
        assertThat(execute("server", "config", "--set", "topics.max=none"))
                .startsWith("1")
                .contains("WXW-2002");
    }

    private static String execute(String... arguments) {
        StringWriter output = new StringWriter();
        CommandLine line = Main.commandLine();
        java.io.PrintWriter writer = new java.io.PrintWriter(output, true);
        line.setOut(writer);
        line.setErr(writer);
        int code = line.execute(arguments);
        return code + "\n" + output;
    }
}
