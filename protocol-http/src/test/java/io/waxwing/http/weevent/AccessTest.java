package io.waxwing.http.weevent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.http.exchange.HttpSettings;
import io.waxwing.http.fake.TestNode;
import io.waxwing.testkit.fake.ScriptedDoor;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may do what on WeEvent's paths: the same as everywhere else, and login is not to be skipped. */
class AccessTest {
    private static final String ALICE = basic("alice", "ecila");
    private static final String BOB = basic("bob", "bob");
    private static final String UUID = "5bd05b45-b5f3-4d0c-8b4d-d5a9f1e4b001";

    private final ScriptedDoor door = new ScriptedDoor()
            .user("alice", "allow publish home/#", "allow subscribe home/#", "allow manage home/#")
            .user("bob", "allow publish home/boiler", "allow subscribe away/#");
    private final TestNode node = new TestNode(HttpSettings.defaults(), door);

    @AfterEach
    void stop() {
        node.close();
    }

    private static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    private JsonNode rest(String call, String as) {
        return TestNode.json(node.get("/weevent-broker/rest/" + call, "authorization", as));
    }

    private StompPeer login(String user, String password) {
        StompPeer peer = StompPeer.open(node, "/weevent-broker/stomp");
        peer.send("CONNECT\naccept-version:1.1\nlogin:" + user + "\npasscode:" + password + "\n\n\0");
        return peer;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/weevent-broker/rest/exist?topic=a",
                "/weevent/rest/publish?topic=a&content=x",
                "/weevent-broker/admin/listGroup",
                "/weevent/admin/group/general"
            })
    void withoutGoodCredentialsNothingIsAnswered(String path) {
        assertThat(node.get(path, "authorization", "Digest x").statusCode()).isEqualTo(401);
        assertThat(node.get(path, "authorization", basic("alice", "wrong")).statusCode())
                .isEqualTo(401);
        assertThat(node.post("/weevent/jsonrpc", "{}", "authorization", "").statusCode())
                .isEqualTo(401);
    }

    @Test
    void callsWithoutCredentialsHaveTheGrantsOfOneUserIfTheOperatorSaysSo() {
        rest("open?topic=home/boiler", ALICE);
        door.user("app", "allow publish home/boiler");
        String publish = "/weevent-broker/rest/publish?content=x&topic=";
        assertThat(TestNode.json(node.get(publish + "home/boiler"))
                        .get("status")
                        .asText())
                .isEqualTo("SUCCESS");
        assertThat(TestNode.json(node.get(publish + "home/other")).get("status").asText())
                .isEqualTo("NO_PERMISSION");
        assertThat(node.get("/v1/topics").statusCode()).as("elsewhere nothing").isEqualTo(401);
        assertThat(node.get(publish + "home/boiler", "authorization", basic("alice", "wrong"))
                        .statusCode())
                .as("who says something wrong is nobody")
                .isEqualTo(401);
        try (StompPeer peer = StompPeer.open(node, "/weevent/stomp")) {
            peer.send("CONNECT\naccept-version:1.1\n\n\0");
            assertThat(peer.error("0")).isEqualTo(101016);
        }
    }

    @Test
    void whatSomebodyMayNotKnowOfIsNotThereForHim() {
        assertThat(rest("open?topic=home/secret", ALICE).get("code").asInt()).isZero();
        String eventId = rest("publish?topic=home/secret&content=x", ALICE)
                .get("eventId")
                .asText();
        assertThat(rest("exist?topic=home/secret", BOB).get("data").asBoolean()).isFalse();
        assertThat(rest("state?topic=home/secret", BOB).get("code").asInt()).isEqualTo(100101);
        assertThat(rest("getEvent?eventId=" + eventId, BOB).get("code").asInt()).isEqualTo(100303);
        assertThat(rest("list?pageIndex=0&pageSize=10", BOB).at("/data/total").asInt())
                .isZero();
        assertThat(rest("getEvent?eventId=" + eventId, ALICE).get("code").asInt())
                .isZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"EVENT_VOID", "EVENT_ERASED", "EVENT_UNGRANTED"})
    void whatBecameOfAnEventIsNothingThatOthersHear(FailureCode why) {
        rest("open?topic=home/secret", ALICE);
        String eventId = rest("publish?topic=home/secret&content=x", ALICE)
                .get("eventId")
                .asText();
        JsonNode unknown = rest("getEvent?eventId=" + eventId, BOB);
        node.bus.whyVoid = why;
        node.bus.voids.put(eventId, "home/secret");
        assertThat(rest("getEvent?eventId=" + eventId, BOB)).isEqualTo(unknown);
        assertThat(rest("getEvent?eventId=" + eventId, ALICE).get("code").asInt())
                .isEqualTo(100303);
    }

    @Test
    void publishingWithoutAGrantIsNoPermissionWhetherTheTopicIsThereOrNot() {
        rest("open?topic=home/boiler", ALICE);
        for (String topic : new String[] {"home/other", "home/none"}) {
            JsonNode result = rest("publish?topic=" + topic + "&content=x", BOB);
            assertThat(result.get("status").asText()).isEqualTo("NO_PERMISSION");
            assertThat(result.get("eventId").isNull()).isTrue();
        }
        assertThat(rest("publish?topic=home/boiler&content=x", BOB)
                        .get("status")
                        .asText())
                .isEqualTo("SUCCESS");
        JsonNode rpc = TestNode.json(node.post(
                "/weevent/jsonrpc",
                "{\"id\":\"1\",\"method\":\"publish\",\"params\":{\"topic\":\"home/other\",\"content\":\"aGk=\"}}",
                "authorization",
                BOB));
        assertThat(rpc.at("/error/code").asInt())
                .as("1.0.0 does not know the status")
                .isEqualTo(101016);
        assertThat(node.bus.drafts()).hasSize(1);
    }

    @Test
    void whoMayNotManageOpensNothingAndItIsWrittenDown() {
        assertThat(rest("open?topic=home/new", BOB).get("code").asInt()).isEqualTo(101016);
        assertThat(rest("exist?topic=home/new", ALICE).get("data").asBoolean()).isFalse();
        assertThat(node.acts.all)
                .hasSize(1)
                .allMatch(act -> act.refused() && act.who().equals("bob"));
        node.acts.broken = true;
        assertThat(rest("open?topic=home/new", ALICE).get("code").asInt()).isEqualTo(200000);
        assertThat(rest("exist?topic=home/new", ALICE).get("data").asBoolean()).isFalse();
    }

    @Test
    void nothingIsDoneOnAConnectionThatHasNotLoggedIn() {
        rest("open?topic=home/boiler", ALICE);
        try (StompPeer peer = StompPeer.open(node, "/weevent-broker/stomp")) {
            peer.send("SEND\ndestination:home/boiler\nreceipt:1\n\nx\0");
            assertThat(peer.error("1")).isEqualTo(101016);
            peer.send("SUBSCRIBE\ndestination:home/boiler\nid:2\n\n\0");
            assertThat(peer.error("2")).isEqualTo(101016);
            peer.send("CONNECT\naccept-version:1.1\n\n\0");
            assertThat(peer.error("0")).as("nobody said who he is").isEqualTo(101016);
            peer.send("CONNECT\naccept-version:1.1\nlogin:alice\npasscode:wrong\n\n\0");
            assertThat(peer.error("0")).isEqualTo(101016);
            peer.send("SUBSCRIBE\ndestination:home/boiler\nid:2\n\n\0");
            assertThat(peer.error("2")).isEqualTo(101016);
            peer.send("CONNECT\naccept-version:1.1\nlogin:alice\npasscode:ecila\n\n\0");
            peer.next("CONNECTED");
            peer.subscribe("destination:home/boiler\nid:2");
        }
        assertThat(node.bus.drafts()).isEmpty();
    }

    @Test
    void grantsHoldForSendAndSubscribe() {
        rest("open?topic=home/boiler", ALICE);
        try (StompPeer bob = login("bob", "bob")) {
            bob.next("CONNECTED");
            bob.send("SUBSCRIBE\ndestination:home/boiler\nid:1\n\n\0");
            assertThat(bob.error("1")).isEqualTo(101016);
            bob.send("SUBSCRIBE\ndestination:#\nid:1\n\n\0");
            assertThat(bob.error("1")).isEqualTo(101016);
            bob.send("SUBSCRIBE\ndestination:away/none\nid:1\n\n\0");
            assertThat(bob.error("1")).isEqualTo(100101);
            bob.send("SEND\ndestination:home/other\nreceipt:2\n\nx\0");
            assertThat(bob.error("2")).isEqualTo(101016);
            assertThat(bob.publish("home/boiler", "x")).isNotEmpty();
            bob.subscribe("destination:away/#\nid:3");
            String eventId = rest("publish?topic=home/boiler&content=x", ALICE)
                    .get("eventId")
                    .asText();
            bob.send("SUBSCRIBE\ndestination:away/#\nid:4\neventId:" + eventId + "\n\n\0");
            assertThat(bob.error("4")).as("an event that bob may not read").isEqualTo(100303);
        }
    }

    @Test
    void nobodyTakesOverOrSeesTheSubscriptionOfAnother() {
        rest("open?topic=home/boiler", ALICE);
        try (StompPeer alice = login("alice", "ecila");
                StompPeer bob = login("bob", "bob")) {
            alice.next("CONNECTED");
            bob.next("CONNECTED");
            alice.subscribe("destination:home/boiler\nid:1\nweevent-subscriptionId:" + UUID);
            bob.subscribe("destination:away/#\nid:1\nweevent-subscriptionId:" + UUID);
            rest("publish?topic=home/boiler&content=still", ALICE);
            assertThat(alice.next("MESSAGE").body()).isEqualTo("still");
            String path = "/weevent-broker/admin/innerListSubscription";
            assertThat(node.get(path, "authorization", BOB).body())
                    .contains("away/#")
                    .doesNotContain("home");
        }
    }

    @Test
    void whoIsGoneIsSentAwayAtOnce() {
        try (StompPeer bob = login("bob", "bob")) {
            bob.next("CONNECTED");
            door.remove("bob");
            door.recheck();
            assertThat(bob.next("ERROR").headers().get("message")).contains("WXW-1402");
            assertThat(bob.status()).isEqualTo(1000);
        }
    }

    @Test
    void pagesOfOtherOriginsDoNotConnect() {
        URI uri = URI.create(node.uri("/weevent/stomp").toString().replaceFirst("http", "ws"));
        assertThatThrownBy(() -> HttpClient.newHttpClient()
                        .newWebSocketBuilder()
                        .header("origin", "https://evil.example")
                        .buildAsync(uri, new WebSocket.Listener() {})
                        .join())
                .isInstanceOf(CompletionException.class);
    }
}
