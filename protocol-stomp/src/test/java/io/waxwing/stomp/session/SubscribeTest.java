package io.waxwing.stomp.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.testkit.peer.NaiveParser;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Subscriptions, acknowledgements, redelivery. */
class SubscribeTest {
    private static Peer client(String mode) {
        Peer peer = Peer.of("1.2").in("SUBSCRIBE\nid:s\ndestination:/topic/a\nack:" + mode + "\n\n^");
        peer.subscribed();
        return peer;
    }

    private static List<String> bodies(Peer peer) {
        List<String> bodies =
                peer.received.stream().map(NaiveParser.Plain::body).toList();
        peer.received.clear();
        return bodies;
    }

    private static String ack(String command, NaiveParser.Plain message) {
        return command + "\nid:" + message.headers().get("ack").replace(":", "\\c") + "\n\n^";
    }

    @Test
    @DisplayName("S2: a SUBSCRIBE's receipt comes when the subscription is in force")
    void receipt() {
        Peer peer = Peer.of("1.2").in("SUBSCRIBE\nid:s\ndestination:/topic/a/+\nreceipt:r\n\n^");
        assertThat(peer.received).isEmpty();
        assertThat(peer.subscribed().filter().toString()).isEqualTo("a/+");
        assertThat(peer.got("RECEIPT").headers()).containsEntry("receipt-id", "r");
    }

    @ParameterizedTest
    @CsvSource({
        "'destination:a', WXW-1302",
        "'id:1', WXW-1302",
        "'id:0\ndestination:a', WXW-1302",
        "'id:1\ndestination:a/#/b', WXW-1002",
        "'id:1\ndestination:/reply-queue/a', WXW-1001",
        "'id:1\ndestination:a\nack:never', WXW-1302",
        "'id:1\ndestination:a\nselector:=', WXW-1015",
        "'id:1\ndestination:a\nack:client\nprefetch-count:0', WXW-1302",
        "'id:1\ndestination:a\nack:client\nprefetch-count:1001', WXW-1302",
        "'id:1\ndestination:a/+\nx-stream-offset:offset=1', WXW-1302",
        "'id:1\ndestination:a\nx-stream-offset:yesterday', WXW-1302",
        "'id:1\ndestination:a\nx-stream-offset:offset=', WXW-1302",
        "'id:1\ndestination:a\nx-stream-offset:event-id=x', WXW-1008"
    })
    @DisplayName("S2, S3: what cannot be subscribed ends the connection; nothing asked for is passed over")
    void wrongSubscriptions(String headers, String code) {
        Peer peer = Peer.of("1.1").in("SUBSCRIBE\nid:0\ndestination:z\n\n^SUBSCRIBE\n" + headers + "\n\n^");
        assertThat(peer.error()).isEqualTo(code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"next", "first", "last", "offset=5", "timestamp=60", "event-id=ba8f2af3-1-1"})
    @DisplayName("1.4: x-stream-offset says where a subscription begins")
    void starts(String word) {
        Peer peer = Peer.of("1.2").in("SUBSCRIBE\nid:1\ndestination:a\nx-stream-offset:" + word + "\n\n^");
        StartFrom wanted = switch (word) {
            case "next" -> StartFrom.NEXT;
            case "first" -> StartFrom.FIRST;
            case "last" -> StartFrom.LAST;
            case "offset=5" -> new StartFrom.AtTopicSeq(5);
            case "timestamp=60" -> new StartFrom.AtTime(60_000);
            default -> new StartFrom.After(EventId.parse("ba8f2af3-1-1"));
        };
        assertThat(peer.feeds.values()).containsExactly(wanted);
    }

    @Test
    @DisplayName(
            "1.4: only what the selector, a CESQL expression, passes is sent; the rest takes no place of the window")
    void selects() {
        Peer peer = Peer.of("1.2")
                .in("SUBSCRIBE\nid:1\ndestination:#\nack:client\nselector:wxwtopic = 'b' AND EXISTS id\n\n^");
        Feed feed = peer.subscribed();
        for (int i = 0; i < 1_000; i++) {
            peer.deliver(feed, "a", "x");
        }
        peer.deliver(feed, "b", "y").deliver(feed, "b", "z");
        assertThat(peer.got("MESSAGE").body()).isEqualTo("y");
        assertThat(peer.got("MESSAGE").body()).isEqualTo("z");
        assertThat(peer.received).isEmpty();
        assertThat(peer.released).isEqualTo(1_000);
    }

    @Test
    @DisplayName("R4: subscriptions of a connection are bounded")
    void limit() {
        Peer peer = Peer.of("1.2");
        for (int i = 0; i < 256; i++) {
            peer.in("SUBSCRIBE\nid:" + i + "\ndestination:a\n\n^");
        }
        assertThat(peer.closed).isNull();
        assertThat(peer.in("SUBSCRIBE\nid:256\ndestination:a\n\n^").error()).isEqualTo("WXW-1206");
    }

    @Test
    @DisplayName("S2: a start that is not there any more ends the connection")
    void refusedByTheBus() {
        Peer peer = Peer.of("1.2").in("SUBSCRIBE\nid:1\ndestination:a\nreceipt:r\n\n^");
        peer.session.onSubscriptionRefused(peer.feed(), new Refusal(FailureCode.POSITION_GONE, "gone"), peer);
        assertThat(peer.received.peek().headers()).containsEntry("receipt-id", "r");
        assertThat(peer.error()).isEqualTo("WXW-1203");
    }

    @ParameterizedTest
    @CsvSource({"1.0, false, false", "1.1, true, false", "1.2, true, true"})
    @DisplayName(
            "S4, S6: MESSAGE has what its version wants, the destination as the subscriber writes it, and who it is")
    void messages(String version, boolean subscription, boolean ack) {
        String id = version.equals("1.0") ? "" : "id:s\n";
        Peer peer = Peer.of(version).in("SUBSCRIBE\n" + id + "destination:/topic/a\nack:client\n\n^");
        peer.deliver(peer.subscribed(), "a", "x").deliver(peer.feed(), "a", "y");
        NaiveParser.Plain message = peer.got("MESSAGE");
        String eventId = new EventId(EventId.hashOf("a"), 1, 7).toString();
        assertThat(message.headers())
                .containsEntry("destination", "/topic/a")
                .containsEntry("event-id", eventId)
                .containsEntry("ce_wxweventid", eventId)
                .containsEntry("x-stream-offset", "1")
                .containsEntry("timestamp", "5000")
                .containsEntry("ce_id", "1")
                .containsEntry("content-length", "1")
                .containsEntry("message-id", "1-" + eventId);
        assertThat(message.headers().containsKey("subscription")).isEqualTo(subscription);
        assertThat(message.headers().containsKey("ack")).isEqualTo(ack);
        assertThat(peer.got("MESSAGE").headers().get("message-id"))
                .isNotEqualTo(message.headers().get("message-id"));
    }

    @Test
    @DisplayName("S4: subscriptions of one connection to one topic each get the event")
    void twoSubscriptions() {
        Peer peer = Peer.of("1.2").in("SUBSCRIBE\nid:1\ndestination:a\n\n^");
        Feed first = peer.subscribed();
        peer.in("SUBSCRIBE\nid:2\ndestination:a\n\n^");
        peer.deliver(first, "a", "x").deliver(peer.subscribed(), "a", "x");
        assertThat(peer.received.stream().map(frame -> frame.headers().get("subscription")))
                .containsExactly("1", "2");
    }

    @Test
    @DisplayName("S5: after UNSUBSCRIBE nothing comes, also not what is on its way or was not acknowledged")
    void unsubscribe() {
        Peer peer = client("client");
        Feed feed = peer.feed();
        NaiveParser.Plain message = peer.deliver(feed, "a", "x").got("MESSAGE");
        peer.in("UNSUBSCRIBE\nid:s\nreceipt:u\n\n^");
        peer.got("RECEIPT");
        peer.deliver(feed, "a", "late");
        assertThat(peer.received).isEmpty();
        assertThat(peer.feeds).isEmpty();
        assertThat(peer.in(ack("ACK", message)).error()).isEqualTo("WXW-1302");
        assertThat(client("auto").in("UNSUBSCRIBE\nid:other\n\n^").error()).isEqualTo("WXW-1302");
    }

    @Test
    @DisplayName("S5: in 1.0 a subscription without an id is known by its destination")
    void version10() {
        Peer peer = Peer.of("1.0").in("SUBSCRIBE\ndestination: /topic/a\n\n^UNSUBSCRIBE\ndestination:/topic/a\n\n^");
        assertThat(peer.closed).isNull();
        assertThat(peer.feeds).isEmpty();
        assertThat(Peer.of("1.0")
                        .in("SUBSCRIBE\ndestination:a\nack:client-individual\n\n^")
                        .error())
                .isEqualTo("WXW-1302");
        assertThat(Peer.of("1.0").in("NACK\nmessage-id:1\n\n^").error()).isEqualTo("WXW-1301");
    }

    @Test
    @DisplayName("S3: in mode auto an event is done when it is sent")
    void auto() {
        Peer peer = client("auto");
        NaiveParser.Plain message = peer.deliver(peer.feed(), "a", "x").got("MESSAGE");
        assertThat(peer.released).isEqualTo(1);
        String id = message.headers().get("message-id");
        assertThat(peer.in("ACK\nid:" + id + "\n\n^").error()).isEqualTo("WXW-1302");
    }

    @Test
    @DisplayName("A2: mode client acknowledges all before it of that subscription, and no other's")
    void cumulative() {
        Peer peer = Peer.of("1.2").in("SUBSCRIBE\nid:1\ndestination:a\nack:client\n\n^");
        Feed first = peer.subscribed();
        peer.in("SUBSCRIBE\nid:2\ndestination:a\nack:client\n\n^");
        Feed second = peer.subscribed();
        peer.deliver(first, "a", "1")
                .deliver(second, "a", "1")
                .deliver(first, "a", "2")
                .deliver(first, "a", "3");
        List<NaiveParser.Plain> got = List.copyOf(peer.received);
        peer.received.clear();
        peer.in(ack("ACK", got.get(2)));
        assertThat(peer.released).isEqualTo(2);
        peer.in(ack("ACK", got.get(1))).in(ack("ACK", got.get(3)));
        assertThat(peer.released).isEqualTo(4);
        assertThat(peer.in(ack("ACK", got.get(0))).error()).isEqualTo("WXW-1302");
    }

    @Test
    @DisplayName("A1: in 1.1 an ACK names message and subscription, in 1.0 the message")
    void olderAcks() {
        Peer peer = Peer.of("1.1").in("SUBSCRIBE\nid:s\ndestination:a\nack:client-individual\n\n^");
        String id = peer.deliver(peer.subscribed(), "a", "x")
                .got("MESSAGE")
                .headers()
                .get("message-id");
        peer.in("ACK\nmessage-id:" + id + "\nsubscription:s\n\n^");
        assertThat(peer.released).isEqualTo(1);
        id = peer.deliver(peer.feed(), "a", "y").got("MESSAGE").headers().get("message-id");
        assertThat(peer.in("ACK\nmessage-id:" + id + "\nsubscription:other\n\n^")
                        .error())
                .isEqualTo("WXW-1302");
        Peer old = Peer.of("1.0").in("SUBSCRIBE\ndestination:a\nack:client\n\n^");
        id = old.deliver(old.subscribed(), "a", "x").got("MESSAGE").headers().get("message-id");
        assertThat(old.in("ACK\nmessage-id:" + id + "\n\n^").released).isEqualTo(1);
        assertThat(old.in("ACK\n\n^").error()).isEqualTo("WXW-1302");
    }

    @Test
    @DisplayName("A3, A4: what is refused by NACK comes again, in order, before what is newer")
    void redelivery() {
        Peer peer = client("client-individual");
        peer.deliver(peer.feed(), "a", "1").deliver(peer.feed(), "a", "2");
        List<NaiveParser.Plain> got = List.copyOf(peer.received);
        peer.received.clear();
        peer.writable = false;
        peer.deliver(peer.feed(), "a", "3").in(ack("NACK", got.get(1))).in(ack("NACK", got.get(0)));
        assertThat(peer.received).isEmpty();
        peer.writable = true;
        peer.session.onWritable(peer.now, peer);
        NaiveParser.Plain again = peer.got("MESSAGE");
        assertThat(again.body()).isEqualTo("1");
        assertThat(again.headers()).containsEntry("redelivered", "true").containsEntry("ce_wxwdelivery", "2");
        assertThat(again.headers().get("message-id"))
                .isNotEqualTo(got.get(0).headers().get("message-id"));
        assertThat(bodies(peer)).containsExactly("2", "3");
        assertThat(peer.released).isZero();
    }

    @Test
    @DisplayName("A3: an event is sent ten times at most, and with requeue:false not again")
    void givenUp() {
        Peer peer = client("client-individual");
        peer.deliver(peer.feed(), "a", "1");
        for (int i = 0; i < 10; i++) {
            peer.in(ack("NACK", peer.got("MESSAGE")));
        }
        assertThat(peer.received).isEmpty();
        assertThat(peer.dropped).containsExactly(DropReason.NOT_ACKNOWLEDGED);
        NaiveParser.Plain next = peer.deliver(peer.feed(), "a", "2").got("MESSAGE");
        peer.in("NACK\nid:" + next.headers().get("ack") + "\nrequeue:false\n\n^");
        assertThat(peer.received).isEmpty();
        assertThat(peer.released).isEqualTo(2);
    }

    @Test
    @DisplayName("T3: ACK in a transaction counts at COMMIT, and not at all after ABORT")
    void acksInTransactions() {
        Peer peer = client("client");
        NaiveParser.Plain message = peer.deliver(peer.feed(), "a", "1").got("MESSAGE");
        String within = ack("ACK", message).replace("\n\n", "\ntransaction:t\n\n");
        peer.in("BEGIN\ntransaction:t\n\n^" + within);
        assertThat(peer.released).isZero();
        peer.in("ABORT\ntransaction:t\n\n^BEGIN\ntransaction:t\n\n^" + within);
        assertThat(peer.released).isZero();
        peer.in("COMMIT\ntransaction:t\n\n^");
        assertThat(peer.released).isEqualTo(1);
        Peer twice = client("client");
        message = twice.deliver(twice.feed(), "a", "1").got("MESSAGE");
        within = ack("ACK", message).replace("\n\n", "\ntransaction:t\n\n");
        assertThat(twice.in("BEGIN\ntransaction:t\n\n^" + within + within).error())
                .isEqualTo("WXW-1302");
    }

    private static String consumedAndProduced(Peer peer) {
        NaiveParser.Plain message = peer.deliver(peer.feed(), "a", "1")
                .deliver(peer.feed(), "a", "2")
                .got("MESSAGE");
        return "BEGIN\ntransaction:t\n\n^SEND\ntransaction:t\ndestination:b\n\n1^"
                + "SEND\ntransaction:t\ndestination:b\n\n2^"
                + ack("ACK", message).replace("\n\n", "\ntransaction:t\n\n") + "COMMIT\ntransaction:t\n\n^";
    }

    @Test
    @DisplayName("T2, T3: what a transaction acknowledges is acknowledged when the bus has all of its events")
    void acksWaitForTheEventsOfTheirTransaction() {
        Peer peer = client("client");
        peer.in(consumedAndProduced(peer));
        assertThat(peer.released).isZero();
        assertThat(peer.paused).as("a DISCONNECT would overtake it").isTrue();
        peer.ordered();
        assertThat(peer.released).isZero();
        peer.ordered();
        assertThat(peer.released).isEqualTo(1);
        assertThat(peer.paused).isFalse();
    }

    @Test
    @DisplayName("T2, T3: and not at all if one of them is refused")
    void acksOfATransactionWhoseEventsAreRefusedDoNotCount() {
        Peer peer = client("client");
        peer.in(consumedAndProduced(peer));
        peer.refused(FailureCode.TOPIC_LIMIT);
        assertThat(peer.released).isZero();
        assertThat(peer.closed).isNotNull();
    }

    @Test
    @DisplayName(
            "1.4: prefetch-count is the window; the bus is called again when half of it is free and its event fits")
    void prefetch() {
        Peer peer = Peer.of("1.2").in("SUBSCRIBE\nid:s\ndestination:a\nack:client-individual\nprefetch-count:4\n\n^");
        Feed feed = peer.subscribed();
        assertThat(feed.windowEvents()).isEqualTo(4);
        for (int i = 0; i < 4; i++) {
            peer.deliver(feed, "a", "x");
        }
        List<NaiveParser.Plain> got = List.copyOf(peer.received);
        peer.session.onStarved(feed, 200, peer);
        peer.in(ack("ACK", got.get(0)));
        assertThat(peer.resumed).isEmpty();
        peer.in(ack("ACK", got.get(3)));
        assertThat(peer.resumed).containsExactly(feed);
        peer.session.onStarved(feed, feed.windowBytes(), peer);
        peer.in(ack("ACK", got.get(1)));
        assertThat(peer.resumed).hasSize(1);
        peer.in(ack("ACK", got.get(2)));
        assertThat(peer.resumed).hasSize(2);
    }

    @Test
    @DisplayName("R4: a client that does not read is sent nothing more and read no more, until it reads")
    void slowReaders() {
        Peer peer = client("auto");
        peer.writable = false;
        peer.deliver(peer.feed(), "a", "1").deliver(peer.feed(), "a", "2");
        assertThat(peer.received).isEmpty();
        peer.session.onOutputFull(peer.now, peer);
        assertThat(peer.paused).isTrue();
        peer.writable = true;
        peer.session.onWritable(peer.now, peer);
        assertThat(peer.paused).isFalse();
        assertThat(bodies(peer)).containsExactly("1", "2");
        assertThat(peer.released).isEqualTo(2);
    }

    @Test
    @DisplayName("H7: a value with line ends reaches subscribers of older versions as one line")
    void crossingVersions() {
        Peer publisher = Peer.of("1.2").in("SEND\ndestination:a\nk:a\\nevil\\c1\\rb\n\nx^");
        Peer old = Peer.of("1.0").in("SUBSCRIBE\ndestination:a\n\n^");
        old.loop(old.subscribed(), publisher.unanswered.firstEntry().getValue());
        NaiveParser.Plain message = old.got("MESSAGE");
        assertThat(message.headers()).containsEntry("k", "a evil:1 b").doesNotContainKey("evil");
    }
}
