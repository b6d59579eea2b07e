package io.waxwing.stomp.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.testkit.peer.NaiveParser;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Durable subscriptions: what they are asked for, and what they are told (1.4 of the protocols' requirements). */
class QueueTest {
    private static Peer consuming(String headers) {
        Peer peer = Peer.of("1.2").in("SUBSCRIBE\nid:s\n" + headers + "receipt:r\n\n^");
        peer.session.onSubscribed(peer.lent.feeds.get(0), peer.now, peer);
        peer.got("RECEIPT");
        return peer;
    }

    private static Feed feed(Peer peer) {
        return peer.lent.feeds.get(0);
    }

    private static String answer(String command, NaiveParser.Plain message, String more) {
        return command + "\nid:" + message.headers().get("ack").replace(":", "\\c") + "\n" + more + "\n^";
    }

    @ParameterizedTest
    @ValueSource(strings = {"durable-subscription-name", "durable-subscriber-name", "activemq.subscriptionName"})
    @DisplayName("a durable name makes a subscription of filter and selector, or goes on with it")
    void durable(String word) {
        Peer peer = consuming("destination:/topic/a/#\n" + word + ":billing\nselector:type = 't'\n");
        assertThat(peer.lent.story).containsExactly("consume billing a/# type = 't'");
        assertThat(peer.feeds).as("it has no place of its own at the bus").isEmpty();
    }

    @Test
    @DisplayName("/queue/<name> consumes one that is there; its messages name their topics")
    void queue() {
        Peer peer = consuming("destination:/queue/billing\nack:client-individual\n");
        assertThat(peer.lent.story).containsExactly("consume billing");
        peer.lend(feed(peer), "x", 0);
        assertThat(peer.got("MESSAGE").headers())
                .containsEntry("destination", "/topic/a")
                .containsEntry("subscription", "s")
                .doesNotContainKey("redelivered");
    }

    @ParameterizedTest
    @CsvSource({
        "'destination:/queue/b\nselector:a = 1\n', WXW-1302",
        "'destination:/queue/b\nx-stream-offset:first\n', WXW-1302",
        "'destination:/queue/b\ndurable-subscription-name:c\n', WXW-1302",
        "'destination:/topic/b\ndurable-subscription-name:c\nselector:=\n', WXW-1015",
        "'destination:/reply-queue/b\n', WXW-1001"
    })
    void whatCannotBeAskedForEndsTheConnection(String headers, String code) {
        assertThat(Peer.of("1.2").in("SUBSCRIBE\nid:s\n" + headers + "\n^").error())
                .isEqualTo(code);
    }

    @Test
    void oneThatIsNotThereEndsTheConnectionAndNamesTheReceipt() {
        Peer peer = Peer.of("1.2").in("SUBSCRIBE\nid:s\ndestination:/queue/none\nreceipt:r\n\n^");
        peer.session.onSubscriptionRefused(
                feed(peer), new Refusal(FailureCode.SUBSCRIPTION_UNKNOWN, "nobody has it"), peer);
        assertThat(peer.received.peek().headers()).containsEntry("receipt-id", "r");
        assertThat(peer.error()).isEqualTo("WXW-1220");
    }

    @Test
    @DisplayName("A2, A3: ACK is done, NACK is given again by the subscription, with requeue:false never")
    void answers() {
        Peer peer = consuming("destination:/queue/q\nack:client-individual\n");
        peer.lend(feed(peer), "1", 0).lend(feed(peer), "2", 0).lend(feed(peer), "3", 0);
        NaiveParser.Plain first = peer.got("MESSAGE");
        NaiveParser.Plain second = peer.got("MESSAGE");
        NaiveParser.Plain third = peer.got("MESSAGE");
        peer.in(answer("ACK", first, "")).in(answer("NACK", second, "")).in(answer("NACK", third, "requeue:false\n"));
        assertThat(peer.lent.story).containsExactly("consume q", "DONE 1", "AGAIN 2", "NEVER 3");
        assertThat(peer.received)
                .as("it is not this connection that gives it again")
                .isEmpty();
    }

    @Test
    @DisplayName("A2: in client mode an ACK is about all before it")
    void cumulative() {
        Peer peer = consuming("destination:/queue/q\nack:client\n");
        peer.lend(feed(peer), "1", 0).lend(feed(peer), "2", 0).lend(feed(peer), "3", 0);
        peer.got("MESSAGE");
        peer.in(answer("ACK", peer.got("MESSAGE"), ""));
        assertThat(peer.lent.story).containsExactly("consume q", "DONE 1", "DONE 2");
    }

    @Test
    void withAutomaticAcknowledgementAnEventIsDoneWhenItIsSent() {
        Peer peer = consuming("destination:/queue/q\n");
        peer.lend(feed(peer), "1", 0);
        assertThat(peer.lent.story).containsExactly("consume q", "DONE 1");
    }

    @Test
    @DisplayName(
            "A4: when it ends, what was sent is given again as a failed delivery, and what was not, as if never given")
    void end() {
        Peer peer = consuming("destination:/queue/q\nack:client\n");
        peer.lend(feed(peer), "sent", 2);
        assertThat(peer.got("MESSAGE").headers())
                .containsEntry("redelivered", "true")
                .containsEntry("ce_wxwdelivery", "3");
        peer.writable = false;
        peer.lend(feed(peer), "unsent", 0);
        peer.session.onConnectionLost(peer);
        peer.lend(feed(peer), "late", 0);
        assertThat(peer.lent.story)
                .containsExactly("consume q", "AGAIN sent", "UNUSED unsent", "detach", "UNUSED late");
    }

    @Test
    @DisplayName("UNSUBSCRIBE ends the consumer; with the durable name, the subscription")
    void unsubscribe() {
        Peer peer = consuming("destination:/topic/a\ndurable-subscription-name:n\n");
        peer.in("UNSUBSCRIBE\nid:s\n\n^");
        assertThat(peer.lent.story).containsExactly("consume n a null", "detach");
        peer.in("SUBSCRIBE\nid:s\ndestination:/topic/a\ndurable-subscription-name:n\n\n^");
        peer.in("UNSUBSCRIBE\nid:s\ndurable-subscription-name:n\n\n^");
        assertThat(peer.lent.story).endsWith("detach", "remove n");
    }
}
