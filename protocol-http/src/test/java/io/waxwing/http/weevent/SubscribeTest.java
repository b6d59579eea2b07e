package io.waxwing.http.weevent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.topic.AckPolicy;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.bus.topic.TopicPolicy;
import io.waxwing.http.exchange.HttpSettings;
import io.waxwing.http.fake.TestNode;
import io.waxwing.testkit.peer.NaiveParser;
import io.waxwing.testkit.peer.StompSocket;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Subscriptions by WeEvent's STOMP (weevent.md 2.3 to 2.5), scripted. */
class SubscribeTest {
    private static final String UUID_A = "5bd05b45-b5f3-4d0c-8b4d-d5a9f1e4b001";

    private final TestNode node = new TestNode(HttpSettings.defaults());

    @BeforeEach
    void openTwo() {
        node.get("/weevent-broker/rest/open?topic=a");
        node.get("/weevent-broker/rest/open?topic=b/c");
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private String published(String topic, String content) {
        return TestNode.json(node.get("/weevent-broker/rest/publish?topic=" + topic + "&content=" + content))
                .get("eventId")
                .asText();
    }

    @Test
    void theFirstMessageComesAWhileAfterTheReceipt() {
        published("a", "1");
        published("a", "2");
        try (StompPeer peer = StompPeer.in(node, Generation.V1_2)) {
            NaiveParser.Plain receipt = peer.subscribe("destination:a\neventId:OFFSET_FIRST\nid:1\ngroupId:1");
            long begin = System.nanoTime();
            assertThat(receipt.headers())
                    .containsEntry("receipt-id", "1")
                    .containsEntry("subscription", "1")
                    .containsEntry("destination", "a");
            NaiveParser.Plain message = peer.next("MESSAGE");
            // The receipt may have been read a little later than it came.
            assertThat(System.nanoTime() - begin).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(40));
            assertThat(message.body()).isEqualTo("1");
            assertThat(peer.next("MESSAGE").body()).isEqualTo("2");
        }
    }

    @Test
    void laterClientsGetTheContentAsBodyAndTheRestAsHeaders() {
        String eventId = published("a", "%E4%BD%A0&weevent-tag=t1");
        try (StompPeer peer = StompPeer.in(node, Generation.V1_2)) {
            String subscriptionId = peer.subscribe("destination:a\neventId:OFFSET_FIRST\nid:7")
                    .headers()
                    .get("subscription-id");
            NaiveParser.Plain message = peer.next("MESSAGE");
            assertThat(StompSocket.text(message)).isEqualTo("你");
            assertThat(message.headers())
                    .containsEntry("subscription", "7")
                    .containsEntry("subscription-id", subscriptionId)
                    .containsEntry("message-id", "7")
                    .containsEntry("destination", "a")
                    .containsEntry("content-type", "text/plain;charset=UTF-8")
                    .containsEntry("content-length", "3")
                    .containsEntry("weevent-tag", "t1")
                    .containsEntry("eventId", eventId);
            assertThat(message.headers().get("weevent-plus")).contains("\"height\":101");
        }
    }

    @Test
    void theClientOfOneDotZeroGetsTheEventAsJson() {
        String eventId = published("a", "hi");
        try (StompPeer peer = StompPeer.in(node, Generation.V1_0)) {
            peer.subscribe("destination:a\neventId:OFFSET_FIRST\nid:1");
            NaiveParser.Plain message = peer.next("MESSAGE");
            assertThat(message.headers()).containsEntry("message-id", "1").doesNotContainKey("eventId");
            JsonNode event = TestNode.json(StompSocket.text(message));
            assertThat(TestNode.names(event)).containsExactly("topic", "content", "extensions", "eventId");
            assertThat(event.get("content").asText()).isEqualTo("aGk=");
            assertThat(event.get("eventId").asText()).isEqualTo(eventId);
        }
    }

    @Test
    void bytesThatAreNoTextComeAsBase64AndSaySo() {
        byte[] bytes = {(byte) 0xff, 0, 'a'};
        String content = Base64.getEncoder().encodeToString(bytes);
        node.post(
                "/weevent/jsonrpc",
                "{\"id\":\"1\",\"method\":\"publish\",\"params\":{\"topic\":\"a\",\"content\":\"" + content + "\"}}");
        try (StompPeer later = StompPeer.in(node, Generation.V1_2);
                StompPeer first = StompPeer.in(node, Generation.V1_0)) {
            later.subscribe("destination:a\neventId:OFFSET_FIRST\nid:1");
            NaiveParser.Plain message = later.next("MESSAGE");
            assertThat(message.headers()).containsEntry("weevent-encoding", "base64");
            assertThat(message.body()).isEqualTo(content);
            first.subscribe("destination:a\neventId:OFFSET_FIRST\nid:1");
            assertThat(TestNode.json(first.next("MESSAGE").body())
                            .get("content")
                            .asText())
                    .isEqualTo(content);
        }
    }

    @Test
    void offsetsAreFromTheFirstFromNowBehindAnEventAndBehindABlock() {
        String one = published("a", "1");
        String two = published("a", "2");
        try (StompPeer peer = StompPeer.in(node, Generation.V1_2)) {
            peer.subscribe("destination:a\nid:now\neventId:OFFSET_LAST");
            peer.subscribe("destination:a\nid:default");
            peer.subscribe("destination:a\nid:first\neventId:OFFSET_FIRST");
            assertThat(peer.next("MESSAGE").body()).isEqualTo("1");
            assertThat(peer.next("MESSAGE").body()).isEqualTo("2");
            peer.subscribe("destination:a\nid:behind\neventId:" + one);
            assertThat(peer.next("MESSAGE").body()).isEqualTo("2");
            peer.subscribe("destination:a\nid:height\neventId:" + one.substring(one.lastIndexOf('-') + 1));
            assertThat(peer.next("MESSAGE").body()).isEqualTo("2");
            peer.subscribe("destination:a\nid:end\neventId:" + two);
            published("a", "3");
            Map<String, String> bodies = new HashMap<>();
            for (int i = 0; i < 6; i++) {
                NaiveParser.Plain message = peer.next("MESSAGE");
                bodies.put(message.headers().get("subscription"), message.body());
            }
            assertThat(bodies).hasSize(6).containsOnlyKeys("now", "default", "first", "behind", "height", "end");
            assertThat(bodies.values()).containsOnly("3");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'destination:none\nid:1', 100101",
        "'destination:a,none\nid:1', 100101",
        "'destination:a,\nid:1', 100105",
        "'destination:\nid:1', 100103",
        "'destination:a\u0001\nid:1', 100106",
        "'destination:+/#\nid:1', 100109",
        "'destination:b/#/c\nid:1', 100109",
        "'destination:b+\nid:1', 100109",
        "'destination:a\nid:1\neventId: ', 100500",
        "'destination:a\nid:1\neventId:x', 100302",
        "'destination:a\nid:1\neventId:00000000-1-1', 100303",
        "'destination:a\nid:1\neventId:0', 100307",
        "'destination:a\nid:1\neventId:99999', 100307",
        "'destination:a\nid:1\nweevent-subscriptionId:x', 100505",
        "'destination:a\nid:1\nweevent-tag: ', 100506",
        "'destination:a\nid:1\ngroupId:9', 200211",
    })
    void aSubscriptionThatCannotBeHasItsNumberAndTheConnectionStays(String headers, int code) {
        try (StompPeer peer = StompPeer.in(node, Generation.V1_0)) {
            peer.send("SUBSCRIBE\n" + headers + "\n\n\0");
            assertThat(peer.error("1")).isEqualTo(code);
            assertThat(peer.subscribe("destination:a\nid:1").headers()).containsEntry("receipt-id", "1");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"EVENT_VOID", "EVENT_ERASED", "EVENT_UNGRANTED"})
    void aSubscriptionGoesOnBehindAnEventWhoseContentIsGone(FailureCode why) {
        String gone = published("a", "1");
        published("a", "2");
        node.bus.whyVoid = why;
        node.bus.voids.put(gone, "a");
        try (StompPeer peer = StompPeer.in(node, Generation.V1_2)) {
            peer.subscribe("destination:a\neventId:" + gone + "\nid:1");
            assertThat(peer.next("MESSAGE").body()).isEqualTo("2");
        }
    }

    @Test
    void topicsOfOtherClassesAreNotSubscribedTo() {
        node.bus.setPolicy("own", new TopicPolicy(DeliveryClass.LOCAL, AckPolicy.DURABLE));
        node.bus.setPolicy("quick", new TopicPolicy(DeliveryClass.SEALED, AckPolicy.DURABLE));
        node.post("/v1/topics/own/events", "x");
        node.post("/v1/topics/quick/events", "x");
        try (StompPeer peer = StompPeer.in(node, Generation.V1_2)) {
            peer.send("SUBSCRIBE\ndestination:own\nid:1\n\n\0");
            assertThat(peer.error("1")).isEqualTo(100101);
            peer.send("SUBSCRIBE\ndestination:quick\nid:1\n\n\0");
            assertThat(peer.error("1")).isEqualTo(200001);
            peer.subscribe("destination:#\nid:all\neventId:OFFSET_FIRST");
            published("a", "1");
            assertThat(peer.next("MESSAGE").headers()).containsEntry("destination", "a");
        }
    }

    @Test
    void severalTopicsAndPatternsAreOneSubscriptionInOneOrder() {
        node.get("/weevent-broker/rest/open?topic=b");
        published("a", "1");
        published("b/c", "2");
        published("b", "3");
        published("a", "4");
        try (StompPeer peer = StompPeer.in(node, Generation.V1_2)) {
            peer.subscribe("destination:a,b/c\nid:1\neventId:OFFSET_FIRST");
            assertThat(List.of(
                            peer.next().body(), peer.next().body(), peer.next().body()))
                    .containsExactly("1", "2", "4");
            peer.subscribe("destination:b/#\nid:2\neventId:OFFSET_FIRST");
            assertThat(peer.next("MESSAGE").body())
                    .as("# is not the parent too")
                    .isEqualTo("2");
            peer.subscribe("destination:b/+\nid:3\neventId:OFFSET_FIRST");
            assertThat(peer.next("MESSAGE").body()).isEqualTo("2");
            peer.subscribe("destination:+\nid:4\neventId:OFFSET_FIRST");
            assertThat(List.of(
                            peer.next().body(), peer.next().body(), peer.next().body()))
                    .containsExactly("1", "3", "4");
            peer.subscribe("destination:#\nid:5\neventId:OFFSET_FIRST");
            assertThat(List.of(peer.next().body(), peer.next().body())).containsExactly("1", "2");
        }
    }

    @Test
    void aTagLetsOnlyItsEventsThrough() {
        published("a", "1&weevent-tag=x");
        published("a", "2");
        published("a", "3&weevent-tag=y");
        try (StompPeer peer = StompPeer.in(node, Generation.V1_2)) {
            peer.subscribe("destination:a\nid:1\neventId:OFFSET_FIRST\nweevent-tag:y");
            assertThat(peer.next("MESSAGE").body()).isEqualTo("3");
        }
    }

    @Test
    void aSubscriptionIdIsKeptAndTheSameTwiceOnOneConnectionIsRefused() {
        try (StompPeer peer = StompPeer.in(node, Generation.V1_2)) {
            assertThat(peer.subscribe("destination:a\nid:1\nweevent-subscriptionId:" + UUID_A)
                            .headers())
                    .containsEntry("subscription-id", UUID_A);
            peer.send("SUBSCRIBE\ndestination:a\nid:2\nweevent-subscriptionId:" + UUID_A + "\n\n\0");
            assertThat(peer.error("2")).isEqualTo(100507);
            peer.send("SUBSCRIBE\ndestination:a\nid:1\n\n\0");
            assertThat(peer.error("1")).isEqualTo(100507);
            peer.send("UNSUBSCRIBE\nsimpSubscriptionId:1\nsubscription:" + UUID_A + "\nid:1\n\n\0");
            assertThat(peer.next("RECEIPT").headers()).containsEntry("receipt-id", "1");
            assertThat(peer.subscribe("destination:a\nid:1\nweevent-subscriptionId:" + UUID_A)
                            .headers())
                    .containsEntry("subscription-id", UUID_A);
        }
    }

    @Test
    void anotherConnectionTakesALiveSubscriptionOver() {
        try (StompPeer halfOpen = StompPeer.in(node, Generation.V1_2);
                StompPeer peer = StompPeer.in(node, Generation.V1_2)) {
            halfOpen.subscribe("destination:a\nid:1\nweevent-subscriptionId:" + UUID_A);
            peer.subscribe("destination:a\nid:1\nweevent-subscriptionId:" + UUID_A);
            await().until(() -> node.bus.openAttachments() == 1);
            published("a", "1");
            assertThat(peer.next("MESSAGE").body()).isEqualTo("1");
            halfOpen.send("UNSUBSCRIBE\nid:1\n\n\0");
            assertThat(halfOpen.error("1")).isEqualTo(100504);
            published("a", "2");
            assertThat(peer.next("MESSAGE").body()).isEqualTo("2");
        }
    }

    @Test
    void unsubscribingEndsIt() {
        try (StompPeer peer = StompPeer.in(node, Generation.V1_2)) {
            peer.subscribe("destination:a\nid:1");
            peer.send("UNSUBSCRIBE\nid:1\n\n\0");
            peer.next("RECEIPT");
            await().until(() -> node.bus.openAttachments() == 0);
            published("a", "1");
            peer.send("UNSUBSCRIBE\nid:1\n\n\0");
            assertThat(peer.error("1")).isEqualTo(100504);
        }
    }

    @Test
    void groupsAreApart() {
        node.get("/weevent-broker/rest/open?topic=a&groupId=2");
        try (StompPeer peer = StompPeer.in(node, Generation.V1_2)) {
            peer.subscribe("destination:#\nid:one\ngroupId:1");
            peer.subscribe("destination:#\nid:two\ngroupId:2");
            published("a", "x&groupId=2");
            NaiveParser.Plain message = peer.next("MESSAGE");
            assertThat(message.headers()).containsEntry("subscription", "two").containsEntry("destination", "a");
            published("a", "y");
            assertThat(peer.next("MESSAGE").headers()).containsEntry("subscription", "one");
        }
    }

    @Test
    void hundredsOfSubscriptionsAtOnceGetWhatTheyAskedFor() {
        published("a", "old");
        int many = 350;
        try (StompPeer peer = StompPeer.in(node, Generation.V1_2)) {
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < many; i++) {
                all.append("SUBSCRIBE\ndestination:a\nid:").append(i).append("\neventId:OFFSET_FIRST\n\n\0");
            }
            peer.send(all.toString());
            Map<String, Integer> frames = new HashMap<>();
            for (int i = 0; i < 2 * many; i++) {
                NaiveParser.Plain frame = peer.next();
                frames.merge(frame.command(), 1, Integer::sum);
            }
            assertThat(frames).containsEntry("RECEIPT", many).containsEntry("MESSAGE", many);
            published("a", "new");
            for (int i = 0; i < many; i++) {
                assertThat(peer.next("MESSAGE").body()).isEqualTo("new");
            }
            for (int i = many; i <= 400; i++) {
                peer.send("SUBSCRIBE\ndestination:a\nid:" + i + "\n\n\0");
                if (i < 400) {
                    peer.next("RECEIPT");
                }
            }
            assertThat(peer.error("400")).as("weevent.maxSubscriptions").isEqualTo(200000);
        }
    }

    @Test
    void aClientThatDoesNotReadIsContinuedFromTheStore() {
        String big = "x".repeat(6_000);
        try (StompPeer peer = StompPeer.in(node, Generation.V1_2)) {
            peer.subscribe("destination:a\nid:1");
            for (int i = 0; i < 300; i++) {
                published("a", i + "-" + big);
            }
            for (int i = 0; i < 300; i++) {
                assertThat(peer.next("MESSAGE").body()).startsWith(i + "-");
            }
        }
    }
}
