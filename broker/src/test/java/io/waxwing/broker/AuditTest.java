package io.waxwing.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waxwing.broker.access.AccessText;
import io.waxwing.broker.audit.AuditCheck;
import io.waxwing.broker.config.ConfigLoader;
import io.waxwing.bus.identity.Action;
import io.waxwing.bus.identity.Grant;
import io.waxwing.bus.identity.Secret;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The audit log of a whole node. */
class AuditTest {
    @TempDir
    private Path folder = Path.of("");

    private AccessText access = new AccessText(Path.of(""), new SecureRandom());
    private Broker broker;
    private Path file = Path.of("");

    @BeforeEach
    void start() {
        access = new AccessText(folder.resolve("access"), new SecureRandom());
        access.add("alice", Secret.utf8("correct horse"));
        access.grant("alice", new Grant(true, Action.MANAGE, "home/#"));
        access.grant("alice", new Grant(true, Action.SUBSCRIBE, "$audit/local"));
        again("50ms");
        file = broker.folder().auditLog();
    }

    private void again(String seal) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "listeners.mqtt.port", "0",
                "listeners.http.port", "0",
                "listeners.stomp.port", "0",
                "topics.default.class", "local",
                "access.file", folder.resolve("access").toString(),
                "access.look", "50ms",
                "audit.seal", seal));
        broker = Broker.start(
                BrokerFolder.of(folder.resolve("data"), null), ConfigLoader.load(null, Map.of(), settings));
    }

    @AfterEach
    void stop() {
        broker.stop();
    }

    private List<String> lines() throws IOException {
        return Files.readAllLines(file);
    }

    private HttpResponse<String> send(String method, String path, String body, String user)
            throws IOException, InterruptedException {
        InetSocketAddress http = Objects.requireNonNull(broker.listeners().get("http"));
        String basic = Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http.getPort() + path))
                                .timeout(Duration.ofSeconds(20))
                                .header("authorization", "Basic " + basic)
                                .method(method, HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void whatIsManagedIsThereWhenItIsAnswered() throws Exception {
        HttpResponse<String> made = send("PUT", "/v1/topics/home/a", "{\"class\":\"sealed\"}", "alice:correct horse");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        assertThat(lines())
                .anyMatch(
                        line -> line.contains("\"who\":\"alice\",\"from\":\"http 127.0.0.1\",\"act\":\"topics.put\""));
        assertThat(send("PUT", "/v1/topics/home/b", "{}", "bob:x").statusCode()).isEqualTo(401);
        await().untilAsserted(() -> assertThat(lines())
                .anyMatch(line -> line.contains("\"who\":\"bob\",\"from\":\"http 127.0.0.1\",\"act\":\"login\"")
                        && line.contains("WXW-1402")
                        && line.contains("\"done\":false")));
        assertThat(Files.readString(file)).contains("node.start").doesNotContain("correct horse");
    }

    @Test
    void changesOfUsersAndGrantsAreSeenAlsoThoseOfWhenTheNodeWasDown() throws Exception {
        String token = access.token("alice", null);
        access.revoke("alice", new Grant(true, Action.MANAGE, "home/#"));
        await().untilAsserted(() -> assertThat(Files.readString(file))
                .contains("\"act\":\"access.remove\",\"what\":\"user alice allow manage home/#\"")
                .contains("\"act\":\"access.add\",\"what\":\"user alice token ")
                .doesNotContain(token)
                .doesNotContain("argon2"));
        broker.stop();
        int before = lines().size();
        access.add("carol", null);
        again("0s");
        List<String> since = lines().subList(before, lines().size());
        assertThat(since)
                .filteredOn(line -> line.contains("\"act\":\"access."))
                .singleElement()
                .asString()
                .contains("\"what\":\"user carol\"");
        assertThat(AuditCheck.of(file, List.of()).faults()).isEmpty();
        assertThat(lines().get(before - 1)).contains("node.stop");
    }

    @Test
    void keysThatChangedWhileTheNodeWasDownAreSeenAndThoseThatDidNotAreNot() throws Exception {
        assertThat(lines()).anyMatch(line -> line.contains("\"act\":\"folder.add\",\"what\":\"keys/origin.key "));
        broker.stop();
        int before = lines().size();
        Path key = file.getParent().resolveSibling("keys").resolve("extra.key");
        Files.writeString(key, "a key that nobody uses");
        again("0s");
        assertThat(lines().subList(before, lines().size()))
                .filteredOn(line -> line.contains("\"act\":\"folder."))
                .singleElement()
                .asString()
                .contains("\"act\":\"folder.add\",\"what\":\"keys/extra.key ");
        broker.stop();
        Files.delete(key);
        again("0s");
        assertThat(lines()).anyMatch(line -> line.contains("\"act\":\"folder.remove\",\"what\":\"keys/extra.key "));
    }

    @Test
    void theHeadGoesToTheLedgerAndTheLogSaysWhere() throws Exception {
        await().untilAsserted(() -> assertThat(Files.readString(file)).contains("\"act\":\"log.seal\""));
        HttpResponse<String> events = send(
                "GET",
                "/v1/events?source=//local/audit&id=" + sealedHead().replace(" lines, ", "-"),
                "",
                "alice:correct horse");
        assertThat(events.body())
                .contains("io.waxwing.audit.head.v1")
                .contains(sealedHead().replaceAll(".* ", ""));
        long quiet = lines().size();
        await().during(Duration.ofMillis(300)).until(() -> lines().size() == quiet);
    }

    private String sealedHead() throws IOException {
        return lines().stream()
                .filter(line -> line.contains("\"act\":\"log.seal\""))
                .map(line -> line.replaceAll(".*\"what\":\"([0-9]+ lines, [0-9a-f]{64}), event .*", "$1"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void nobodyPublishesHeadsButTheNode() throws Exception {
        HttpResponse<String> answer = send("POST", "/v1/topics/%24audit%2Flocal/events", "x", "alice:correct horse");
        assertThat(answer.body()).contains("WXW-1003");
    }
}
