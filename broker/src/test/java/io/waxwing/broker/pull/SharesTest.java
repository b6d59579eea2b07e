package io.waxwing.broker.pull;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.broker.Broker;
import io.waxwing.broker.BrokerFolder;
import io.waxwing.broker.access.AccessText;
import io.waxwing.broker.config.ConfigLoader;
import io.waxwing.bus.identity.Action;
import io.waxwing.bus.identity.Grant;
import io.waxwing.bus.pull.PullCursor;
import io.waxwing.bus.pull.PullTerms;
import io.waxwing.bus.spi.SessionStore;
import io.waxwing.bus.topic.TopicFilter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each user's own names of subscriptions, and his share of them. */
class SharesTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String OWN = "{\"filter\":\"own/#\"}";

    @TempDir
    private Path folder = Path.of("");

    private final Map<String, String> tokens = new HashMap<>();
    private Broker node;

    @BeforeEach
    void start() throws Exception {
        AccessText access = new AccessText(folder.resolve("access"), new SecureRandom());
        for (String user : List.of("alice", "bob")) {
            access.add(user, null);
            access.grant(user, new Grant(true, Action.SUBSCRIBE, "own/#"));
            access.grant(user, new Grant(true, Action.PUBLISH, "own/#"));
            tokens.put(user, access.token(user, null));
        }
        again();
        tokens.put(
                "operator",
                Files.readString(folder.resolve("data/operator.token")).strip());
    }

    private void again() {
        node = Broker.start(
                BrokerFolder.of(folder.resolve("data"), null),
                ConfigLoader.load(
                        null,
                        Map.of(),
                        Map.of(
                                "listeners.mqtt.port", "0",
                                "listeners.http.port", "0",
                                "listeners.stomp.port", "0",
                                "access.file", folder.resolve("access").toString(),
                                "subscriptions.maxPerUser", "2",
                                "subscriptions.maxWaitingPerUser", "1",
                                "webhooks.handshake", "false",
                                "webhooks.privateNetworks", "true",
                                "webhooks.maxPerUser", "1")));
    }

    @AfterEach
    void stop() {
        node.stop();
    }

    private HttpRequest request(String user, String method, String path, String body) {
        int port = Objects.requireNonNull(node.listeners().get("http")).getPort();
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("authorization", "Bearer " + tokens.get(user))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private HttpResponse<String> send(String user, String method, String path, String body) throws Exception {
        return HTTP.send(request(user, method, path, body), HttpResponse.BodyHandlers.ofString());
    }

    private int put(String user, String name) throws Exception {
        return send(user, "PUT", "/v1/subscriptions/" + name, OWN).statusCode();
    }

    @Test
    void eachUserHasNamesOfHisOwnAndLearnsNothingOfOthers() throws Exception {
        assertThat(put("alice", "billing")).isEqualTo(201);
        assertThat(put("bob", "billing")).as("as if there were none").isEqualTo(201);
        assertThat(send("alice", "POST", "/v1/topics/own/a/events", "1").statusCode())
                .isEqualTo(201);
        for (String user : List.of("alice", "bob")) {
            assertThat(send(user, "POST", "/v1/subscriptions/billing:receive", "{\"waitMs\":5000}")
                            .body())
                    .contains("lockToken");
        }
        assertThat(send("bob", "GET", "/v1/subscriptions/billing%40alice", "").statusCode())
                .isEqualTo(404);
        assertThat(send("bob", "PUT", "/v1/subscriptions/billing%40alice", OWN).statusCode())
                .isEqualTo(404);
        assertThat(send("operator", "GET", "/v1/subscriptions/billing", "").body())
                .contains("WXW-1302", "name@owner");
        assertThat(send("operator", "GET", "/v1/subscriptions/billing%40alice", "")
                        .body())
                .contains("\"owner\":\"alice\"");
        assertThat(send("operator", "DELETE", "/v1/subscriptions/billing%40alice", "")
                        .statusCode())
                .isEqualTo(204);
        node.stop();
        again();
        assertThat(send("alice", "GET", "/v1/subscriptions/billing", "").statusCode())
                .isEqualTo(404);
        assertThat(send("operator", "GET", "/v1/subscriptions/billing", "").body())
                .contains("\"owner\":\"bob\"");
    }

    @Test
    void oneUserDoesNotUseUpWhatIsThereForAll() throws Exception {
        assertThat(List.of(put("alice", "a"), put("alice", "b"), put("alice", "c"), put("alice", "a")))
                .containsExactly(201, 201, 429, 200);
        assertThat(put("bob", "a")).isEqualTo(201);
        HttpRequest first = request("alice", "POST", "/v1/subscriptions/a:receive", "{\"waitMs\":20000}");
        CompletableFuture<HttpResponse<String>> waits = HTTP.sendAsync(first, HttpResponse.BodyHandlers.ofString());
        int second = 200;
        while (second != 429) { // Until the first one waits.
            if (waits.isDone()) { // It came while the second one waited.
                waits = HTTP.sendAsync(first, HttpResponse.BodyHandlers.ofString());
            }
            second = send("alice", "POST", "/v1/subscriptions/b:receive", "{\"waitMs\":1}")
                    .statusCode();
        }
        assertThat(send("bob", "POST", "/v1/subscriptions/a:receive", "{\"waitMs\":1}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(send("alice", "POST", "/v1/topics/own/a/events", "1").statusCode())
                .isEqualTo(201);
        assertThat(waits.join().statusCode()).isEqualTo(200);
    }

    @Test
    void webhooksHaveTheirShareTooAndNamesOfTheirOwn() throws Exception {
        String webhook = "{\"url\":\"http://127.0.0.1:1/\",\"filter\":\"own/#\"}";
        assertThat(send("alice", "PUT", "/v1/webhooks/w", webhook).statusCode()).isEqualTo(201);
        assertThat(send("alice", "PUT", "/v1/webhooks/w", webhook).statusCode()).isEqualTo(200);
        assertThat(send("alice", "PUT", "/v1/webhooks/v", webhook).statusCode()).isEqualTo(429);
        assertThat(send("bob", "PUT", "/v1/webhooks/w", webhook).statusCode()).isEqualTo(201);
        assertThat(send("operator", "GET", "/v1/webhooks/w%40alice", "").body())
                .contains("\"owner\":\"alice\"")
                .doesNotContain("private");
        assertThat(send("operator", "POST", "/v1/webhooks/w%40bob:validate", "").statusCode())
                .isEqualTo(200);
        assertThat(send("alice", "DELETE", "/v1/webhooks/w", "").statusCode()).isEqualTo(204);
        assertThat(send("bob", "GET", "/v1/webhooks/w", "").statusCode()).isEqualTo(200);
    }

    @Test
    void rowsOfBeforeMoveToTheirOwnersKey() {
        List<SessionStore.Change> changes = new ArrayList<>();
        Definition definition =
                new Definition("old-name", "alice", TopicFilter.parse("a"), null, PullTerms.DEFAULT, false, 1, "");
        PullRows rows = new PullRows(new SessionStore() {
            @Override
            public void forEach(EachRow each) {
                each.row("old_mname", "definition", definition.bytes());
                each.row("old_mname", "place", new PullCursor(5).placeBytes());
            }

            @Override
            public void write(Change change, Done done) {
                changes.add(change);
                done.written();
            }
        });
        List<String> read = new ArrayList<>();
        rows.forEach((found, cursor) -> read.add(found.name() + cursor.next()));
        assertThat(read).containsExactly("old-name5");
        assertThat(changes)
                .extracting(SessionStore.Change::session)
                .containsExactly("_o616c696365_nold_mname", "old_mname");
        assertThat(changes.get(1).discarded()).isTrue();
    }
}
