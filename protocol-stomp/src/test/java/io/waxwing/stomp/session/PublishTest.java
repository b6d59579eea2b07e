package io.waxwing.stomp.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.bus.delivery.Acknowledgement;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.topic.AckPolicy;
import io.waxwing.testkit.peer.NaiveParser;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SEND, receipts and transactions. */
class PublishTest {
    private static final String CE = "ce_specversion:1.0\nce_id:i\nce_source:/s\nce_type:t\n";

    private static EventDraft only(Peer peer) {
        assertThat(peer.unanswered).hasSize(1);
        return peer.unanswered.firstEntry().getValue();
    }

    @Test
    @DisplayName(
            "R1: the receipt of a SEND comes when the event is as safe as its topic's policy says, with its eventId")
    void receiptAfterThePolicysPoint() {
        Peer peer = Peer.of("1.2").in("SEND\ndestination:/topic/bank/a\nreceipt:r\\n1\ncontent-type:text/plain\n\nx^");
        EventDraft draft = only(peer);
        assertThat(draft.topic()).isEqualTo("bank/a");
        assertThat(draft.ackWanted()).isNull();
        assertThat(draft.identified()).isFalse();
        assertThat(draft.attributes().get("datacontenttype")).isEqualTo("text/plain");
        assertThat(draft.attributes().get("source")).isEqualTo("//bank-a.example/stomp");
        assertThat(peer.received).isEmpty();
        peer.ordered();
        Map<String, String> receipt = peer.got("RECEIPT").headers();
        EventId id = new EventId(EventId.hashOf("bank/a"), 1, 7);
        assertThat(receipt)
                .containsEntry("receipt-id", "r\n1")
                .containsEntry("status", "ordered")
                .containsEntry("event-id", id.toString())
                .containsEntry("ce-id", "nonce-1")
                .containsEntry("receipt-url", "/v1/events/" + id + "/receipt");
    }

    @Test
    @DisplayName("R1: receipts leave in the order of asking, whatever the bus answers first")
    void receiptsKeepTheOrder() {
        Peer peer = Peer.of("1.2")
                .in(
                        "SEND\ndestination:a\nreceipt:1\n\nx^BEGIN\ntransaction:t\nreceipt:2\n\n^SEND\ndestination:a\nreceipt:3\n\nx^");
        long last = peer.unanswered.lastKey();
        peer.unanswered.remove(last);
        peer.session.onAcknowledged(last, Acknowledgement.DURABLE, peer.now, peer);
        assertThat(peer.received).isEmpty();
        peer.ordered();
        assertThat(peer.received.stream().map(frame -> frame.headers().get("receipt-id")))
                .containsExactly("1", "2", "3");
        assertThat(peer.received.peekLast().headers())
                .containsEntry("status", "durable")
                .doesNotContainKey("event-id");
    }

    @ParameterizedTest
    @CsvSource({"durable, DURABLE", "ordered, ORDERED"})
    @DisplayName("R1: wait asks for another acknowledgement than the policy's")
    void waitHeader(String word, AckPolicy wanted) {
        assertThat(only(Peer.of("1.2").in("SEND\ndestination:a\nwait:" + word + "\nreceipt:1\n\nx^"))
                        .ackWanted())
                .isEqualTo(wanted);
        assertThat(Peer.of("1.2").in("SEND\ndestination:a\nwait:soon\n\nx^").error())
                .isEqualTo("WXW-1302");
    }

    @Test
    @DisplayName("R1: who asks for no receipt waits for nothing but the disk")
    void withoutReceipt() {
        Peer peer = Peer.of("1.1").in("SEND\ndestination:a\n\nx^");
        assertThat(only(peer).ackWanted()).isEqualTo(AckPolicy.DURABLE);
        peer.ordered();
        assertThat(peer.received).isEmpty();
    }

    @Test
    @DisplayName("S1: an event that the bus refuses ends the connection with its code and the frame's receipt-id")
    void refused() {
        Peer peer = Peer.of("1.2").in("SEND\ndestination:a\nreceipt:r\n\nx^").refused(FailureCode.EVENT_TOO_LARGE);
        assertThat(peer.received.peek().headers()).containsEntry("receipt-id", "r");
        assertThat(peer.error()).isEqualTo("WXW-1101");
        assertThat(peer.closed).isEqualTo(CloseReason.PUBLISH_REFUSED);
        assertThat(peer.rejected).containsExactly(FailureCode.EVENT_TOO_LARGE);
    }

    @ParameterizedTest
    @CsvSource({
        "/queue/a, WXW-1001",
        "/temp-queue/a, WXW-1001",
        "/a, WXW-1001",
        "a/+, WXW-1001",
        "$SYS/x, WXW-1003",
        "/topic/, WXW-1001",
        "a/../b, WXW-1001"
    })
    @DisplayName("S1: a destination is /topic/<name> or a bare name, and a legal topic")
    void destinations(String destination, String code) {
        Peer peer = Peer.of("1.2").in("SEND\ndestination:" + destination + "\n\nx^");
        assertThat(peer.error()).isEqualTo(code);
        assertThat(peer.rejected).hasSize(1);
    }

    @Test
    @DisplayName("S1: a topic that begins with a slash has its place behind the prefix")
    void slashes() {
        assertThat(only(Peer.of("1.2").in("SEND\ndestination:/topic//a\n\nx^")).topic())
                .isEqualTo("/a");
    }

    @Test
    @DisplayName("1.5: ce_ headers are a CloudEvent's attributes, and a repeat is known by its source and id")
    void cloudEvents() {
        EventDraft draft = only(
                Peer.of("1.2").in("SEND\ndestination:a\n" + CE + "ce_time:2026-03-01T08\\c00\\c06Z\nce_ext:e\n\nx^"));
        assertThat(draft.identified()).isTrue();
        assertThat(draft.attributes().get("id")).isEqualTo("i");
        assertThat(draft.attributes().get("ext")).isEqualTo("e");
        Peer peer = Peer.of("1.2").in("SEND\ndestination:a\nreceipt:r\n" + CE + "\nx^");
        peer.session.onAcknowledged(
                peer.unanswered.firstKey(), new Acknowledgement(AckPolicy.DURABLE, null, true), peer.now, peer);
        assertThat(peer.got("RECEIPT").headers())
                .containsEntry("duplicate", "true")
                .containsEntry("ce-id", "i");
    }

    @ParameterizedTest
    @CsvSource({
        "ce_id:i, WXW-1005",
        "'ce_specversion:2.0\nce_id:i\nce_source:/s\nce_type:t', WXW-1006",
        "'ce_specversion:1.0\nce_id:\nce_source:/s\nce_type:t', WXW-1005",
        "'ce_specversion:1.0\nce_id:i\nce_source:/s\nce_type:t\nce_time:noon', WXW-1005",
        "'ce_specversion:1.0\nce_id:i\nce_source:/s\nce_type:t\nce_a-b:x', WXW-1005",
        "'ce_specversion:1.0\nce_id:i\nce_source:/s\nce_type:t\nce_datacontenttype:x', WXW-1005",
        "'ce_specversion:1.0\nce_id:i\nce_source:/s\nce_type:t\nce_Ext:x', WXW-1004",
        "'ce_specversion:1.0\nce_id:i\nce_source:/s\nce_type:t\nce_wxweventid:x', WXW-1004",
        "message-id:, WXW-1302",
        "expires:soon, WXW-1302"
    })
    @DisplayName("1.5: half a CloudEvent, or what only the bus says, is refused")
    void notCloudEvents(String headers, String code) {
        assertThat(Peer.of("1.2")
                        .in("SEND\ndestination:a\n" + headers + "\n\nx^")
                        .error())
                .isEqualTo(code);
    }

    @Test
    @DisplayName("1.5: a plain frame's message-id is its id, so that a repeat after a broken connection is one event")
    void messageIds() {
        Peer peer = new Peer().in("CONNECT\naccept-version:1.2\nlogin:me/you\n\n^");
        EventDraft draft = only(peer.in("SEND\ndestination:a\nmessage-id:m1\n\nx^"));
        assertThat(draft.identified()).isTrue();
        assertThat(draft.attributes().get("id")).isEqualTo("m1");
        assertThat(draft.attributes().get("source")).isEqualTo("//bank-a.example/stomp/me-you");
    }

    @Test
    @DisplayName("H5, H8: user headers come back unchanged, whatever they hold; those of the request do not")
    void userHeaders() {
        Peer peer = Peer.of("1.2")
                .in(
                        "SUBSCRIBE\nid:s\ndestination:/topic/#\n\n^SEND\ndestination:/topic/a\nreceipt:r\nwait:durable\npasscode:p\n"
                                + "event-id:fake\nredelivered:true\nsubscription:x\nFoo:B\\car & % = é\nempty:\ntype:mine\npriority:4\n"
                                + "multi:a\\nb\\rc\ncontent-type:\n\nx^");
        peer.loop(peer.subscribed(), only(peer));
        Map<String, String> headers = peer.got("MESSAGE").headers();
        assertThat(headers)
                .containsEntry("Foo", "B:ar & % = é")
                .containsEntry("empty", "")
                .containsEntry("type", "mine")
                .containsEntry("ce_type", "io.waxwing.raw")
                .containsEntry("priority", "4")
                .containsEntry("ce_priority", "4")
                .containsEntry("multi", "a\nb\rc")
                .containsEntry("content-type", "")
                .containsEntry("subscription", "s")
                .containsEntry("event-id", new EventId(EventId.hashOf("a"), 1, 7).toString())
                .doesNotContainKeys("receipt", "wait", "passcode", "redelivered");
    }

    @Test
    @DisplayName("1.4: expires becomes the attribute expirytime, and an expired event is not sent")
    void expiry() {
        Peer peer = Peer.of("1.2").in("SUBSCRIBE\nid:s\ndestination:a\n\n^SEND\ndestination:a\nexpires:1001000\n\nx^");
        EventDraft draft = only(peer);
        assertThat(draft.attributes().get("expirytime")).isEqualTo("1970-01-01T00:16:41Z");
        Feed feed = peer.subscribed();
        peer.pass(999).loop(feed, draft);
        assertThat(peer.got("MESSAGE").headers()).containsEntry("expires", "1001000");
        peer.pass(1).loop(feed, draft);
        assertThat(peer.received).isEmpty();
        assertThat(peer.dropped).containsExactly(DropReason.EXPIRED);
        assertThat(peer.released).isEqualTo(2);
    }

    @Test
    @DisplayName("R4: with 256 events unanswered nothing more is read until half of them are answered")
    void publishWindow() {
        Peer peer = Peer.of("1.2").in("SEND\ndestination:a\n\nx^".repeat(255));
        assertThat(peer.paused).isFalse();
        peer.in("SEND\ndestination:a\n\nx^");
        assertThat(peer.paused).isTrue();
        for (int i = 0; i < 127; i++) {
            peer.ordered();
        }
        assertThat(peer.paused).isTrue();
        assertThat(peer.ordered().paused).isFalse();
    }

    @Test
    @DisplayName(
            "T1-T4: events of a transaction are published at COMMIT, together and in order; its receipt names them all")
    void commit() {
        Peer peer = Peer.of("1.2")
                .in("BEGIN\ntransaction:t\n\n^SEND\ntransaction:t\ndestination:a\nreceipt:1\n\n1^")
                .in("SEND\ntransaction:t\ndestination:b\n\n2^");
        assertThat(peer.got("RECEIPT").headers()).containsEntry("status", "buffered");
        assertThat(peer.unanswered).isEmpty();
        peer.in("COMMIT\ntransaction:t\nreceipt:c\nwait:ordered\n\n^");
        assertThat(peer.units).containsExactly(2);
        assertThat(peer.unanswered.values()).extracting(EventDraft::topic).containsExactly("a", "b");
        assertThat(peer.unanswered.values()).extracting(EventDraft::ackWanted).containsOnly(AckPolicy.ORDERED);
        peer.ordered();
        assertThat(peer.received).isEmpty();
        NaiveParser.Plain receipt = peer.ordered().got("RECEIPT");
        assertThat(receipt.headers().get("event-id").split(",")).hasSize(2);
        assertThat(peer.in("BEGIN\ntransaction:t\n\n^ABORT\ntransaction:t\nreceipt:x\n\n^")
                        .got("RECEIPT")
                        .headers())
                .containsEntry("receipt-id", "x");
    }

    @Test
    @DisplayName("T2: ABORT, DISCONNECT and the end of the connection discard; an empty COMMIT is nothing")
    void discarded() {
        String begun = "BEGIN\ntransaction:t\n\n^SEND\ntransaction:t\ndestination:a\n\n1^";
        assertThat(Peer.of("1.2").in(begun + "ABORT\ntransaction:t\n\n^").unanswered)
                .isEmpty();
        Peer peer = Peer.of("1.2").in(begun + "DISCONNECT\n\n^");
        assertThat(peer.closed).isEqualTo(CloseReason.CLIENT_DISCONNECT);
        assertThat(peer.unanswered).isEmpty();
        assertThat(Peer.of("1.2")
                        .in("BEGIN\ntransaction:t\n\n^COMMIT\ntransaction:t\nreceipt:c\n\n^")
                        .got("RECEIPT"))
                .isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "COMMIT\ntransaction:u\n\n^",
                "ABORT\n\n^",
                "BEGIN\n\n^",
                "BEGIN\ntransaction:t\n\n^",
                "SEND\ndestination:a\ntransaction:u\n\nx^",
                "COMMIT\ntransaction:t\n\n^COMMIT\ntransaction:t\n\n^"
            })
    @DisplayName("T1, T3: a transaction is begun once, and used while it is open")
    void wrongTransactions(String frames) {
        assertThat(Peer.of("1.2").in("BEGIN\ntransaction:t\n\n^" + frames).error())
                .isEqualTo("WXW-1302");
    }

    @Test
    @DisplayName("T5: transactions are bounded in number, events, bytes and time")
    void transactionLimits() {
        Peer many = Peer.of("1.2");
        for (int i = 0; i < 16; i++) {
            many.in("BEGIN\ntransaction:" + i + "\n\n^");
        }
        assertThat(many.in("BEGIN\ntransaction:16\n\n^").error()).isEqualTo("WXW-1306");
        String send = "SEND\ntransaction:t\ndestination:a\n\n";
        Peer events = Peer.of("1.2").in("BEGIN\ntransaction:t\n\n^" + (send + "x^").repeat(256));
        assertThat(events.in(send + "x^").error()).isEqualTo("WXW-1306");
        Peer bytes = Peer.of("1.2").in("BEGIN\ntransaction:t\n\n^");
        assertThat(bytes.in(send + "x".repeat(256 << 10) + "^").error()).isEqualTo("WXW-1306");
        Peer old = Peer.of("1.2").in("BEGIN\ntransaction:t\n\n^").pass(29_999);
        assertThat(old.closed).isNull();
        assertThat(old.pass(1).error()).isEqualTo("WXW-1307");
        assertThat(old.closed).isEqualTo(CloseReason.TRANSACTION_TIMEOUT);
    }

    @Test
    @DisplayName("T2: one transaction has an event of one source and id once")
    void identitiesInATransaction() {
        String send = "SEND\ntransaction:t\ndestination:a\n" + CE + "\nx^";
        assertThat(Peer.of("1.2").in("BEGIN\ntransaction:t\n\n^" + send + send).error())
                .isEqualTo("WXW-1104");
    }

    @Test
    @DisplayName("T2: if one event of a transaction is refused, COMMIT answers with an ERROR")
    void refusedTransaction() {
        Peer peer = Peer.of("1.2")
                .in(
                        "BEGIN\ntransaction:t\n\n^SEND\ntransaction:t\ndestination:a\n\n1^COMMIT\ntransaction:t\nreceipt:c\n\n^");
        peer.refused(FailureCode.TOPIC_LIMIT);
        assertThat(peer.received.peek().headers()).containsEntry("receipt-id", "c");
        assertThat(peer.error()).isEqualTo("WXW-1010");
    }
}
