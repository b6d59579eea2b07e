package io.waxwing.http.weevent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.waxwing.http.exchange.HttpSettings;
import io.waxwing.http.fake.TestNode;
import io.waxwing.testkit.peer.NaiveParser;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** STOMP as WeEvent's clients speak it (weevent.md 2.3 to 2.5), scripted: connections and publishing. */
class StompTest {
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
    void sendIsAnsweredWithTheEventIdOnceTheEventIsFinal() {
        try (StompPeer peer = StompPeer.in(node, Generation.V1_2)) {
            peer.send("SEND\ndestination:a\ncontent-type:text/plain;charset=UTF-8\nreceipt:1\ngroupId:1\n"
                    + "weevent-format:json\nweevent-tag:t\\c1\ncontent-length:3\n\n你\0");
            Map<String, String> receipt = peer.next("RECEIPT").headers();
            assertThat(receipt).containsEntry("receipt-id", "1").containsEntry("destination", "a");
            JsonNode event = TestNode.json(node.get("/weevent-broker/rest/getEvent?eventId=" + receipt.get("eventId")))
                    .get("data");
            assertThat(event.at("/extensions/weevent-tag").asText()).isEqualTo("t:1");
            assertThat(event.at("/content").asText()).isEqualTo("5L2g");
        }
    }

    @Test
    void whatIsNotPublishedHasNoReceipt() {
        try (StompPeer peer = StompPeer.in(node, Generation.V1_2)) {
            peer.send("SEND\ndestination:none\nreceipt:1\n\nx\0");
            assertThat(peer.error("1")).isEqualTo(100101);
            peer.send("SEND\ndestination:a\nreceipt:2\n\n \0");
            assertThat(peer.error("2")).isEqualTo(100200);
            peer.send("SEND\nreceipt:3\n\nx\0");
            assertThat(peer.error("3")).isEqualTo(100103);
            peer.send("SEND\ndestination:a\nreceipt:4\ngroupId:9\n\nx\0");
            assertThat(peer.error("4")).isEqualTo(200211);
            node.get("/weevent-broker/rest/open?topic=refuse/at/once");
            peer.send("SEND\ndestination:refuse/at/once\nreceipt:5\n\n1234567890123\0");
            assertThat(peer.error("5")).isEqualTo(200000);
            node.bus.stopOrdering();
            peer.send("SEND\ndestination:a\nreceipt:6\n\nx\0");
            peer.send("SEND\ndestination:none\nreceipt:7\n\nx\0");
            assertThat(peer.error("7")).as("nothing of 6 before").isEqualTo(100101);
        }
    }

    @Test
    void sendsAreKeptInTheirOrderAlsoWhileTheBusHasNoRoom() {
        try (StompPeer peer = StompPeer.in(node, Generation.V1_2)) {
            node.bus.setFull(true);
            for (int i = 0; i < 100; i++) {
                peer.send("SEND\ndestination:" + (i % 2 == 0 ? "a" : "b/c") + "\nreceipt:" + i + "\n\n" + i + "\0");
            }
            node.bus.setFull(false);
            for (int i = 0; i < 100; i++) {
                assertThat(peer.next("RECEIPT").headers()).containsEntry("receipt-id", Integer.toString(i));
            }
            List<String> contents = new ArrayList<>();
            node.bus.each(event -> contents.add(new String(event.payload().bytes())));
            assertThat(contents).hasSize(100).first().isEqualTo("0");
            assertThat(contents).last().isEqualTo("99");
        }
    }

    @Test
    void aClosedSocketLeavesNothingBehind() {
        StompPeer peer = StompPeer.in(node, Generation.V1_2);
        peer.subscribe("destination:a\nid:1");
        peer.subscribe("destination:#\nid:2");
        peer.close();
        await().until(() -> node.bus.openAttachments() == 0);
        assertThat(node.get("/weevent-broker/admin/innerListSubscription").body())
                .contains("\"data\":{}");
        assertThat(node.registry.get("waxwing.weevent.connections").gauge().value())
                .isZero();
    }

    @Test
    void whatIsEphemeralGoesToThoseWhoAskedForItAndIsKeptNowhere() {
        try (StompPeer peer = StompPeer.in(node, Generation.V1_2)) {
            peer.subscribe("destination:a\nid:kept");
            peer.subscribe("destination:a\nid:now\nweevent-ephemeral:true\neventId:");
            peer.send("SEND\ndestination:a\nreceipt:1\nweevent-ephemeral:true\n\nnow\0");
            Map<String, NaiveParser.Plain> both = new HashMap<>();
            for (int i = 0; i < 2; i++) {
                NaiveParser.Plain frame = peer.next();
                both.put(frame.command(), frame);
            }
            assertThat(both.get("RECEIPT").headers()).containsEntry("eventId", "");
            assertThat(both.get("MESSAGE").headers())
                    .containsEntry("subscription", "now")
                    .containsEntry("eventId", "");
            assertThat(node.bus.drafts()).isEmpty();
            peer.send("SEND\ndestination:none\nreceipt:2\nweevent-ephemeral:true\n\nnow\0");
            assertThat(peer.error("2")).isEqualTo(100101);
        }
    }

    @Test
    void disconnectIsAnsweredAndEndsTheConnection() {
        try (StompPeer peer = StompPeer.in(node, Generation.V1_2)) {
            peer.send("DISCONNECT\nreceipt:bye\n\n\0");
            assertThat(peer.next("RECEIPT").headers()).containsEntry("receipt-id", "bye");
            assertThat(peer.status()).isEqualTo(1000);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ACK\nid:1", "BEGIN\ntransaction:1", "HELLO", "SEND\nno colon"})
    void whatTheDialectDoesNotHaveEndsTheConnection(String head) {
        try (StompPeer peer = StompPeer.in(node, Generation.V1_2)) {
            peer.send(head + "\n\n\0");
            assertThat(peer.next("ERROR").headers().get("message")).contains("WXW-1301");
            assertThat(peer.status()).isEqualTo(1000);
        }
    }

    @Test
    void aFrameMayComeInPiecesAndSeveralInOneMessage() {
        try (StompPeer peer = StompPeer.in(node, Generation.V1_2)) {
            peer.send("SUBSCRIBE\ndestination:a\nid");
            peer.send(":1\n\n\0\n\nSUBSCRIBE\ndestination:a\nid:2\n\n\0");
            assertThat(peer.next("RECEIPT").headers()).containsEntry("receipt-id", "1");
            assertThat(peer.next("RECEIPT").headers()).containsEntry("receipt-id", "2");
        }
    }

    @Test
    void whatComesRightBehindConnectWaitsForIt() {
        try (StompPeer peer = StompPeer.open(node, "/weevent-broker/stomp")) {
            peer.send("CONNECT\naccept-version:1.1\n\n\0SUBSCRIBE\ndestination:a\nid:1\n\n\0");
            peer.next("CONNECTED");
            assertThat(peer.next("RECEIPT").headers()).containsEntry("receipt-id", "1");
        }
    }

    @Test
    void aMessageTooLargeEndsTheConnection() {
        try (StompPeer peer = StompPeer.in(node, Generation.V1_2)) {
            peer.send("SEND\ndestination:a\n\n" + "x".repeat(70_000) + "\0");
            assertThat(peer.status()).isNotZero();
        }
    }

    @Test
    void whoDoesNotConnectInTimeIsSentAway() {
        try (StompPeer peer = StompPeer.open(node, "/weevent/stomp")) {
            assertThat(peer.next("ERROR").headers().get("message")).contains("WXW-1307");
            assertThat(peer.status()).isEqualTo(1000);
        }
    }

    @Test
    void moreConnectionsThanTheSettingAreRefusedAndThoseThatAreThereStay() {
        List<StompPeer> all = new ArrayList<>();
        try {
            while (all.size() < TestNode.WE_EVENT.connections()) {
                all.add(StompPeer.in(node, Generation.V1_2));
            }
            await().until(() ->
                    node.registry.get("waxwing.weevent.connections").gauge().value()
                            == TestNode.WE_EVENT.connections());
            assertThat(StompPeer.open(node, "/weevent-broker/stomp").status()).isEqualTo(-1);
            assertThat(node.registry
                            .get("waxwing.weevent.connections.refused")
                            .counter()
                            .count())
                    .isEqualTo(1);
        } finally {
            all.forEach(StompPeer::close);
        }
        await().until(() ->
                node.registry.get("waxwing.weevent.connections").gauge().value() == 0);
        StompPeer.in(node, Generation.V1_2).close();
    }
}
