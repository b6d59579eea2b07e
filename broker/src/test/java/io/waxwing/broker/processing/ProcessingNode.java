package io.waxwing.broker.processing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waxwing.broker.Broker;
import io.waxwing.broker.BrokerFolder;
import io.waxwing.broker.access.AccessText;
import io.waxwing.broker.config.ConfigLoader;
import io.waxwing.bus.identity.Action;
import io.waxwing.bus.identity.Grant;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A whole node over HTTP, with users of its own if a test wants some. */
final class ProcessingNode implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Path folder;
    private final Map<String, String> settings =
            new HashMap<>(Map.of("listeners.mqtt.port", "0", "listeners.http.port", "0", "listeners.stomp.port", "0"));
    private final Map<String, String> tokens = new HashMap<>();
    private Broker node;
    private @Nullable Path file;

    ProcessingNode(Path folder, String... more) {
        this.folder = folder;
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
    }

    ProcessingNode start() {
        node = Broker.start(BrokerFolder.of(folder.resolve("data"), null), ConfigLoader.load(file, Map.of(), settings));
        return this;
    }

    /** Before the start: what settings alone cannot say. */
    ProcessingNode config(String yaml) throws IOException {
        file = Files.writeString(folder.resolve("waxwing.yaml"), yaml);
        return this;
    }

    /** Before the start. */
    ProcessingNode user(String name, Grant... grants) throws IOException {
        AccessText access = access();
        access.add(name, null);
        for (Grant grant : grants) {
            access.grant(name, grant);
        }
        tokens.put(name, access.token(name, null));
        settings.put("access.file", folder.resolve("access").toString());
        return this;
    }

    AccessText access() {
        return new AccessText(folder.resolve("access"), new SecureRandom());
    }

    static Grant may(Action action, String filter) {
        return new Grant(true, action, filter);
    }

    void stop() {
        node.stop();
    }

    @Override
    public void close() {
        node.stop();
    }

    String metric(String name) {
        return node.metrics()
                .scrape()
                .lines()
                .filter(line -> line.startsWith(name))
                .findFirst()
                .orElse("");
    }

    HttpResponse<String> send(String user, String method, String path, String body, String... headers)
            throws Exception {
        int port = Objects.requireNonNull(node.listeners().get("http")).getPort();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(PATIENCE)
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (user.equals("operator")) {
            request.header(
                    "authorization",
                    "Bearer "
                            + Files.readString(folder.resolve("data/operator.token"))
                                    .strip());
        } else if (!user.isEmpty()) {
            request.header("authorization", "Bearer " + tokens.get(user));
        }
        return HTTP.send(
                (headers.length == 0 ? request : request.headers(headers)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Sends as nobody in particular and wants this status. */
    JsonNode call(int status, String method, String path, String body, String... headers) throws Exception {
        return read(status, method + " " + path, send("", method, path, body, headers));
    }

    JsonNode as(String user, int status, String method, String path, String body) throws Exception {
        return read(status, method + " " + path, send(user, method, path, body));
    }

    private static JsonNode read(int status, String what, HttpResponse<String> answer) throws IOException {
        assertThat(answer.statusCode()).as(what + ": " + answer.body()).isEqualTo(status);
        return answer.body().isEmpty() ? JSON.nullNode() : JSON.readTree(answer.body());
    }

    void rule(String id, String json) throws Exception {
        JsonNode unused = call(201, "PUT", "/v1/rules/" + id, json);
    }

    void publish(String topic, String data) throws Exception {
        JsonNode unused =
                call(201, "POST", "/v1/topics/" + topic + "/events", data, "content-type", "application/json");
    }

    /** Remembers what is published there from now on, until it is asked for. */
    void watch(String topics) throws Exception {
        JsonNode unused = call(201, "PUT", "/v1/subscriptions/" + name(topics), "{\"filter\":\"" + topics + "\"}");
    }

    private static String name(String topics) {
        return "w" + topics.replaceAll("[^a-z0-9]", "-");
    }

    /** The next event that is there; fails if none comes. */
    JsonNode next(String topics) throws Exception {
        return next("", topics);
    }

    JsonNode next(String user, String topics) throws Exception {
        JsonNode leased =
                as(user, 200, "POST", "/v1/subscriptions/" + name(topics) + ":receive", "{\"max\":1,\"waitMs\":15000}");
        assertThat(leased).as("an event of " + topics).hasSize(1);
        String token = leased.at("/0/lockToken").asText();
        JsonNode unused = as(
                user,
                200,
                "POST",
                "/v1/subscriptions/" + name(topics) + ":ack",
                "{\"lockTokens\":[\"" + token + "\"]}");
        return leased.at("/0/event");
    }

    JsonNode events(String topic) throws Exception {
        return call(200, "GET", "/v1/topics/" + topic + "/events", "").get("events");
    }

    /** Looks until it is so. */
    static void until(String what, BooleanSupplier isSo) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!isSo.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    /** Looks at a rule until a number of it, such as {@code /counters/done}, is as large. */
    JsonNode until(String id, String pointer, long least) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        JsonNode shown = call(200, "GET", "/v1/rules/" + id, "");
        while (shown.at(pointer).asLong() < least) {
            assertThat(System.nanoTime()).as(pointer + " of " + shown).isLessThan(end);
            shown = call(200, "GET", "/v1/rules/" + id, "");
        }
        return shown;
    }
}
