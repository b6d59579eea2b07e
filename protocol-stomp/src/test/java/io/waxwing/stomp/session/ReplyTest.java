package io.waxwing.stomp.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.event.Payload;
import io.waxwing.stomp.frame.Command;
import io.waxwing.stomp.frame.Frame;
import io.waxwing.testkit.peer.NaiveParser;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests with a reply-to of {@code /temp-queue/…}, and their replies. */
class ReplyTest {
    private static final String FIRST = String.format(Locale.ROOT, "%032x", 1);

    private final Peer peer = Peer.of("1.2");

    private void reply(String address, String text) {
        Frame send = Frame.of(Command.SEND)
                .with("destination", "/reply-queue/" + address)
                .with("content-type", "text/plain")
                .with("correlation-id", "c:1")
                .with("message-id", "its own")
                .with("subscription", "forged")
                .with("receipt", "r")
                .with("passcode", "secret")
                .body(Payload.utf8(text));
        peer.replies.held += 10;
        peer.session.onReply(address, send, 10, peer);
    }

    @Test
    void aRequestCarriesAnAddressInThePlaceOfTheName() {
        peer.in("SEND\ndestination:a\nreply-to:/temp-queue/mine\nmessage-id:1\n\nq^");
        peer.in("SEND\ndestination:a\nreply-to:/temp-queue/mine\nmessage-id:2\n\nq^");
        peer.in("SEND\ndestination:a\nreply-to:/temp-queue/other\nmessage-id:3\n\nq^");
        peer.in("SEND\ndestination:a\nreply-to:/topic/b\nmessage-id:4\n\nq^");
        assertThat(peer.unanswered.values())
                .extracting(ReplyTest::replyTo)
                .containsExactly(
                        "reply-to=/reply-queue/" + FIRST,
                        "reply-to=/reply-queue/" + FIRST,
                        "reply-to=/reply-queue/" + String.format(Locale.ROOT, "%032x", 2),
                        "reply-to=/topic/b");
    }

    private static String replyTo(EventDraft draft) {
        return String.valueOf(draft.attributes().get(UserHeaders.NAME));
    }

    @Test
    void theReplyComesWithItsHeadersAndNothingThatIsTheServersToSay() {
        peer.in("SEND\ndestination:a\nreply-to:/temp-queue/mine\n\nq^");
        reply(FIRST, "answer");
        NaiveParser.Plain message = peer.got("MESSAGE");
        assertThat(message.body()).isEqualTo("answer");
        assertThat(message.headers())
                .containsEntry("destination", "/temp-queue/mine")
                .containsEntry("subscription", "/temp-queue/mine")
                .containsEntry("message-id", "reply-1")
                .containsEntry("content-type", "text/plain")
                .containsEntry("correlation-id", "c:1")
                .doesNotContainKeys("receipt", "passcode", "ack");
        assertThat(peer.replies.held).isZero();
    }

    @Test
    void aSubscriptionGivesRepliesItsIdAndEndsTheQueue() {
        peer.in("SUBSCRIBE\ndestination:/temp-queue/mine\nid:7\nreceipt:s\n\n^");
        assertThat(peer.got("RECEIPT").headers()).containsEntry("receipt-id", "s");
        peer.in("SEND\ndestination:a\nreply-to:/temp-queue/mine\n\nq^");
        reply(FIRST, "1");
        assertThat(peer.got("MESSAGE").headers()).containsEntry("subscription", "7");
        peer.in("UNSUBSCRIBE\nid:7\n\n^");
        assertThat(peer.replies.open).isEmpty();
        reply(FIRST, "2");
        assertThat(peer.received).isEmpty();
        assertThat(peer.dropped).containsExactly(DropReason.UNDELIVERABLE);
        assertThat(peer.replies.held).isZero();
    }

    @Test
    void withoutAnIdTheDestinationIsTheSubscription() {
        Peer old = Peer.of("1.0");
        old.in("SUBSCRIBE\ndestination:/temp-queue/mine\n\n^");
        old.in("UNSUBSCRIBE\ndestination:/temp-queue/mine\n\n^");
        assertThat(old.closed).isNull();
        assertThat(old.replies.open).isEmpty();
    }

    @Test
    void whoDoesNotReadGetsRepliesLaterOrNeverAndTheyAreCounted() {
        peer.in("SEND\ndestination:a\nreply-to:/temp-queue/mine\n\nq^");
        peer.writable = false;
        reply(FIRST, "1");
        reply(FIRST, "2");
        assertThat(peer.received).isEmpty();
        peer.writable = true;
        peer.session.onWritable(peer.now, peer);
        assertThat(peer.got("MESSAGE").body()).isEqualTo("1");
        assertThat(peer.got("MESSAGE").body()).isEqualTo("2");
        peer.writable = false;
        reply(FIRST, "3");
        peer.session.onConnectionLost(peer);
        reply(FIRST, "4");
        assertThat(peer.dropped).containsExactly(DropReason.UNDELIVERABLE, DropReason.UNDELIVERABLE);
        assertThat(peer.replies.held).isZero();
        assertThat(peer.replies.open).as("the queue ends with its connection").isEmpty();
    }

    @Test
    void theReceiptOfAReplySaysWhetherSomebodyTookIt() {
        peer.in("SEND\ndestination:/reply-queue/" + FIRST + "\nreceipt:1\n\nx^");
        assertThat(peer.got("RECEIPT").headers()).containsEntry("status", "accepted");
        peer.replies.takes = false;
        peer.in("SEND\ndestination:/reply-queue/" + FIRST + "\nreceipt:2\n\nx^");
        assertThat(peer.got("RECEIPT").headers()).containsEntry("status", "undeliverable");
        assertThat(peer.closed)
                .as("the one who asked is gone, not the one who answers")
                .isNull();
        assertThat(peer.replies.sent).hasSize(2);
        assertThat(peer.unanswered).as("replies are no events").isEmpty();
    }

    @Test
    void aReplyMayAskBack() {
        peer.in("SEND\ndestination:/reply-queue/" + FIRST + "\nreply-to:/temp-queue/back\n\nx^");
        assertThat(peer.replies.sent.get(0).header("reply-to")).isEqualTo("/reply-queue/" + FIRST);
    }

    @ParameterizedTest
    @CsvSource({
        "'SEND|destination:/temp-queue/a', WXW-1001",
        "'SEND|destination:/reply-queue/', WXW-1001",
        "'SEND|destination:/reply-queue/0123', WXW-1001",
        "'SEND|destination:/reply-queue/0000000000000000000000000000000A', WXW-1001",
        "'SEND|destination:/reply-queue/00000000000000000000000000000001|transaction:t', WXW-1302",
        "'SEND|destination:/reply-queue/00000000000000000000000000000001|wait:ordered', WXW-1102",
        "'SEND|destination:/reply-queue/00000000000000000000000000000001|ce_wxwtopic:b', WXW-1004",
        "'SEND|destination:a|reply-to:/temp-queue/', WXW-1001",
        "'SEND|destination:a|reply-to:/temp-queue/a b', WXW-1001",
        "'SUBSCRIBE|destination:/temp-queue/a', WXW-1302",
        "'SUBSCRIBE|destination:/temp-queue/a|id:1|ack:client', WXW-1302",
        "'SUBSCRIBE|destination:/reply-queue/00000000000000000000000000000001|id:1', WXW-1001"
    })
    void whatIsWrongEndsTheConnection(String frame, String code) {
        peer.in(frame.replace('|', '\n') + "\n\n^");
        assertThat(peer.got("ERROR").headers()).containsEntry("code", code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/temp-queue/a", "/temp-queue/b", "/topic/c"})
    void idsOfSubscriptionsAreThereOnceWhateverTheyAreOf(String second) {
        peer.in("SUBSCRIBE\ndestination:/temp-queue/a\nid:1\n\n^");
        peer.in("SUBSCRIBE\ndestination:" + second + "\nid:1\n\n^");
        assertThat(peer.got("ERROR").headers()).containsEntry("code", "WXW-1302");
    }

    @Test
    void aTopicsIdIsNoneOfAQueue() {
        peer.in("SUBSCRIBE\ndestination:/topic/c\nid:1\n\n^");
        peer.in("SUBSCRIBE\ndestination:/temp-queue/a\nid:1\n\n^");
        assertThat(peer.got("ERROR").headers()).containsEntry("code", "WXW-1302");
    }

    @Test
    void aConnectionHasSoManyQueues() {
        for (int i = 0; i < 16; i++) {
            peer.in("SEND\ndestination:a\nreply-to:/temp-queue/" + i + "\n\nq^");
        }
        assertThat(peer.closed).isNull();
        peer.in("SEND\ndestination:a\nreply-to:/temp-queue/16\n\nq^");
        assertThat(peer.got("ERROR").headers()).containsEntry("code", "WXW-1206");
        assertThat(peer.replies.open).isEmpty();
    }
}
