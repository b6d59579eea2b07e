package io.waxwing.broker.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A rule in a real process that is killed while it works: each event is processed once, and none is left out. */
@Tag("slow")
class RuleKillIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final int ROUNDS = Integer.getInteger("kill.rules", 3);
    private static final int EVENTS = 60;

    @TempDir
    private Path folder = Path.of("");

    private static JsonNode send(NodeProcess node, String method, String path, String body) throws Exception {
        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(node.http(path))
                        .header("content-type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode() / 100).as(answer.body()).isEqualTo(2);
        return JSON.readTree(answer.body());
    }

    @Test
    void whatWasPublishedIsProcessedOnceWhenTheNodeIsKilledAgainAndAgain() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("RuleKillIT seed " + seed + ", rounds " + ROUNDS);
        SplittableRandom random = new SplittableRandom(seed);
        Path data = folder.resolve("data");
        List<String> published = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            NodeProcess node = NodeProcess.start(data);
            JsonNode unused = send(node, "PUT", "/v1/topics/out", "");
            unused = send(
                    node,
                    "PUT",
                    "/v1/rules/copy",
                    "{\"filter\":\"in\",\"project\":{\"n\":\"${/n}\"},\"target\":{\"topic\":\"out\"},\"start\":\"first\"}");
            int events = EVENTS / 2 + random.nextInt(EVENTS);
            for (int i = 0; i < events; i++) {
                String n = round + "-" + i;
                unused = send(node, "POST", "/v1/topics/in/events?wait=durable", "{\"n\":\"" + n + "\"}");
                published.add(n);
            }
            node.kill();
        }
        try (NodeProcess node = NodeProcess.start(data)) {
            List<String> made = made(node);
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (made.size() < published.size()) {
                assertThat(System.nanoTime())
                        .as("seed %d: %d of %d", seed, made.size(), published.size())
                        .isLessThan(end);
                made = made(node);
            }
            assertThat(made).as("seed %d: once, and in order", seed).containsExactlyElementsOf(published);
        }
    }

    @Test
    void aRowIsThereOnceWhenTheNodeIsKilledBetweenStoringAndRememberingIt() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("RuleKillIT rows, seed " + seed + ", rounds " + ROUNDS);
        SplittableRandom random = new SplittableRandom(seed);
        String url = "jdbc:sqlite:" + folder.resolve("rows.sqlite");
        query(url, "CREATE TABLE made (nr INTEGER PRIMARY KEY AUTOINCREMENT, id VARCHAR(64) UNIQUE, n VARCHAR(20))");
        Path config = config(url);
        Path data = folder.resolve("data");
        List<String> published = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            NodeProcess node = NodeProcess.startWith(data, config);
            JsonNode unused = send(
                    node,
                    "PUT",
                    "/v1/rules/rows",
                    "{\"filter\":\"in\",\"start\":\"first\",\"target\":{\"jdbc\":{\"connection\":\"rows\","
                            + "\"table\":\"made\",\"key\":\"id\",\"columns\":{\"n\":\"${/n}\"}}}}");
            int events = EVENTS / 2 + random.nextInt(EVENTS);
            for (int i = 0; i < events; i++) {
                String n = round + "-" + i;
                unused = send(node, "POST", "/v1/topics/in/events?wait=durable", "{\"n\":\"" + n + "\"}");
                published.add(n);
            }
            node.kill();
        }
        try (NodeProcess node = NodeProcess.startWith(data, config)) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (query(url, "SELECT n FROM made").size() < published.size()) {
                assertThat(System.nanoTime()).as("seed %d", seed).isLessThan(end);
            }
            assertThat(send(node, "GET", "/v1/rules/rows", "")
                            .get("deadLetters")
                            .asInt())
                    .isZero();
        }
        assertThat(query(url, "SELECT n FROM made ORDER BY nr"))
                .as("seed %d: once, and in order", seed)
                .containsExactlyElementsOf(published);
    }

    private Path config(String url) throws Exception {
        Path drivers = Files.createDirectories(folder.resolve("drivers"));
        Path jar = Path.of(org.sqlite
                .JDBC
                .class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Files.copy(jar, drivers.resolve("sqlite.jar"));
        return Files.writeString(
                folder.resolve("waxwing.yaml"),
                "jdbc:\n  drivers: " + drivers + "\n  connections: [ { name: rows, url: \"" + url + "\" } ]\n");
    }

    private static List<String> query(String url, String sql) throws SQLException {
        List<String> all = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            if (statement.execute(sql)) {
                ResultSet rows = statement.getResultSet();
                while (rows.next()) {
                    all.add(rows.getString(1));
                }
            }
        }
        return all;
    }

    private static List<String> made(NodeProcess node) throws Exception {
        List<String> all = new ArrayList<>();
        for (JsonNode each :
                send(node, "GET", "/v1/topics/out/events?limit=1000", "").get("events")) {
            all.add(each.at("/data/n").asText());
        }
        return all;
    }
}
