package io.waxwing.stomp.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.spi.Access;
import io.waxwing.stomp.frame.Command;
import io.waxwing.stomp.frame.Frame;
import io.waxwing.testkit.fake.ScriptedDoor;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Logins, and what a client may do. */
class AccessTest {
    private static final String CONNECT =
            "CONNECT\naccept-version:1.2\nlogin:alice\npasscode:correct horse\nreceipt:c\n\n^";

    private final ScriptedDoor door =
            new ScriptedDoor().user("alice", "allow publish home/#", "allow subscribe home/#", "deny subscribe home/x");

    private static Peer asking() {
        Peer peer = new Peer();
        peer.door = null;
        return peer.in(CONNECT + "SUBSCRIBE\nid:1\ndestination:home/a\n\n^SEND\ndestination:home/a\n\nx^");
    }

    private Access alice() {
        return door.absent("alice", null);
    }

    @Test
    @DisplayName("C5: nothing is answered, read or done before the login is judged; then all of it, in order")
    void whatComesBeforeTheAnswerWaits() {
        Peer peer = asking();
        assertThat(peer.paused).isTrue();
        assertThat(peer.received).isEmpty();
        assertThat(peer.feeds).isEmpty();
        assertThat(peer.unanswered).isEmpty();
        peer.judged(alice());
        peer.got("CONNECTED");
        assertThat(peer.paused).isFalse();
        assertThat(peer.feeds).hasSize(1);
        assertThat(peer.unanswered).hasSize(1);
        EventDraft draft = peer.unanswered.firstEntry().getValue();
        assertThat(draft.attributes().get("source")).isEqualTo("//bank-a.example/stomp/alice");
    }

    @Test
    @DisplayName("C5: a shell that reads on all the same breaks its word, and nothing is lost in silence")
    void noFrameBeforeTheAnswer() {
        Peer peer = asking();
        Frame early = Frame.of(Command.SEND).with("destination", "home/a").build();
        assertThatThrownBy(() -> peer.session.onFrame(early, peer.now, peer)).isInstanceOf(IllegalStateException.class);
        assertThat(peer.unanswered).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"LOGIN_MISSING", "LOGIN_WRONG", "LOGIN_LIMIT", "LOGIN_BUSY"})
    @DisplayName("C5: whoever is not let in is told by one ERROR, which does not repeat what was shown, and closed")
    void notAdmitted(FailureCode code) {
        Peer peer = asking();
        peer.session.onNotAdmitted(new Refusal(code, "because"), peer);
        assertThat(peer.received.toString()).doesNotContain("correct horse");
        assertThat(peer.received.peek().headers())
                .containsEntry("receipt-id", "c")
                .doesNotContainKey("version");
        assertThat(peer.error()).isEqualTo(code.text());
        assertThat(peer.closed).isEqualTo(CloseReason.CONNECT_REFUSED);
        peer.session.onAdmitted(alice(), peer.now, peer);
        assertThat(peer.received).as("a second answer finds nobody").isEmpty();
        assertThat(peer.feeds).isEmpty();
    }

    @Test
    @DisplayName("C6: a login that is not judged in time ends the connection, and an answer after that is too late")
    void loginTimeout() {
        Peer peer = asking().pass(9_999);
        assertThat(peer.closed).isNull();
        assertThat(peer.pass(1).error()).isEqualTo("WXW-1307");
        assertThat(peer.closed).isEqualTo(CloseReason.CONNECT_TIMEOUT);
        peer.session.onAdmitted(alice(), peer.now, peer);
        peer.session.onNotAdmitted(new Refusal(FailureCode.LOGIN_WRONG, "late"), peer);
        assertThat(peer.received).isEmpty();
    }

    @Test
    @DisplayName("A user who is gone before the answer arrives is not let in")
    void goneMeanwhile() {
        Peer peer = asking();
        Access access = alice();
        door.remove("alice");
        peer.session.onAdmitted(access, peer.now, peer);
        assertThat(peer.error()).isEqualTo("WXW-1402");
        assertThat(peer.closed).isEqualTo(CloseReason.ACCESS_OVER);
    }

    @Test
    @DisplayName("A connection that is lost during its login is not told anything any more")
    void lostMeanwhile() {
        Peer peer = asking();
        peer.session.onConnectionLost(peer);
        peer.session.onAdmitted(alice(), peer.now, peer);
        assertThat(peer.received).isEmpty();
        assertThat(peer.closed).isEqualTo(CloseReason.CONNECTION_LOST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"other", "homes", "/topic/other", "/topic//home/a"})
    @DisplayName("An event of a topic that is not granted is refused, and not counted as taken")
    void publicationsAreJudged(String destination) {
        Peer peer = Peer.admitted(door, "alice").in("SEND\ndestination:home/a\n\nx^");
        assertThat(peer.unanswered).hasSize(1);
        peer.in("SEND\ndestination:" + destination + "\nreceipt:r\n\nx^");
        assertThat(peer.received.peek().headers()).containsEntry("receipt-id", "r");
        assertThat(peer.error()).isEqualTo("WXW-1405");
        assertThat(peer.closed).isEqualTo(CloseReason.NOT_GRANTED);
        assertThat(peer.unanswered).hasSize(1);
        assertThat(peer.rejected).containsExactly(FailureCode.NOT_GRANTED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "transaction:t\n"})
    @DisplayName("Whoever uses up his user's quota loses nothing, and is read from again when it is paid for")
    void quotasHold(String within) {
        ScriptedDoor bounded =
                new ScriptedDoor().user("alice", "allow publish home/#").quota("alice", 2);
        Peer peer = Peer.admitted(bounded, "alice").in("BEGIN\ntransaction:t\n\n^");
        for (int i = 0; i < 3; i++) {
            assertThat(peer.paused).as("event %d", i).isFalse();
            peer.in("SEND\n" + within + "destination:home/a\n\nx^");
        }
        assertThat(peer.paused).isTrue();
        assertThat(peer.throttled).isEqualTo(1);
        assertThat(peer.session.nextTimeoutNanos()).isEqualTo(peer.now + Peer.MILLIS);
        peer.session.onTimeout(peer.now, peer);
        assertThat(peer.paused).as("too early").isTrue();
        peer.now += Peer.MILLIS;
        peer.session.onTimeout(peer.now, peer);
        assertThat(peer.paused).isFalse();
        peer.in(within.isEmpty() ? "ABORT\ntransaction:t\n\n^" : "COMMIT\ntransaction:t\n\n^");
        assertThat(peer.unanswered).hasSize(3);
        assertThat(peer.received).isEmpty();
        assertThat(peer.closed).isNull();
    }

    @Test
    @DisplayName("T: an event of a transaction is judged at SEND")
    void transactionsAreJudgedAtSend() {
        Peer peer = Peer.admitted(door, "alice")
                .in("BEGIN\ntransaction:t\n\n^SEND\ntransaction:t\ndestination:other\n\nx^");
        assertThat(peer.error()).isEqualTo("WXW-1405");
        assertThat(peer.unanswered).isEmpty();
    }

    @Test
    @DisplayName("T: and once more at COMMIT; then none of its events is published")
    void transactionsAreJudgedAtCommit() {
        Peer peer = Peer.admitted(door, "alice")
                .in("BEGIN\ntransaction:t\n\n^SEND\ntransaction:t\ndestination:home/a\n\nx^"
                        + "SEND\ntransaction:t\ndestination:home/b\n\nx^");
        door.user("alice", "allow publish home/a");
        assertThat(peer.in("COMMIT\ntransaction:t\nreceipt:r\n\n^").error()).isEqualTo("WXW-1405");
        assertThat(peer.unanswered).isEmpty();
        assertThat(peer.units).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"#", "+/a", "home/#", "home/+", "home/x", "other", "/topic/#", "$SYS/#", "$share/g/home/a"})
    @DisplayName("A subscription that its grant does not cover wholly is refused, not narrowed")
    void subscriptionsAreJudged(String destination) {
        Peer peer = Peer.admitted(door, "alice").in("SUBSCRIBE\nid:1\ndestination:home/a/#\n\n^");
        assertThat(peer.feeds).hasSize(1);
        peer.in("SUBSCRIBE\nid:2\ndestination:" + destination + "\nreceipt:r\n\n^");
        assertThat(peer.received.peek().headers()).containsEntry("receipt-id", "r");
        assertThat(peer.error()).isEqualTo("WXW-1405");
        assertThat(peer.closed).isEqualTo(CloseReason.NOT_GRANTED);
        assertThat(peer.feeds).isEmpty();
    }

    @Test
    @DisplayName("Delivery ends with the grant; what is not shown makes room for what is")
    void deliveryEndsWithTheGrant() {
        Peer peer = Peer.admitted(door, "alice").in("SUBSCRIBE\nid:1\ndestination:home/a/+\n\n^");
        Feed feed = peer.subscribed();
        peer.deliver(feed, "home/a/b", "seen");
        assertThat(peer.got("MESSAGE").body()).isEqualTo("seen");
        door.user("alice", "allow subscribe home/a/c");
        peer.deliver(feed, "home/a/b", "hidden").deliver(feed, "home/a/c", "seen too");
        assertThat(peer.got("MESSAGE").body()).isEqualTo("seen too");
        assertThat(peer.received).isEmpty();
        assertThat(peer.released).isEqualTo(3);
        assertThat(peer.dropped).containsExactly(DropReason.NOT_GRANTED);
    }

    @Test
    @DisplayName("What waited for the socket, or comes back after a NACK, is not shown without the grant either")
    void whatWaitedIsNotShown() {
        Peer peer = Peer.admitted(door, "alice")
                .in("SUBSCRIBE\nid:1\ndestination:home/a\nack:client-individual\nprefetch-count:2\n\n^");
        Feed feed = peer.subscribed();
        peer.deliver(feed, "home/a", "once");
        String ack = peer.got("MESSAGE").headers().get("ack").replace(":", "\\c");
        peer.writable = false;
        peer.deliver(feed, "home/a", "waits");
        peer.session.onStarved(feed, 100, peer);
        assertThat(peer.resumed).isEmpty();
        door.user("alice", "allow subscribe home/b");
        peer.writable = true;
        peer.session.onWritable(peer.now, peer);
        peer.in("NACK\nid:" + ack + "\n\n^");
        assertThat(peer.received).isEmpty();
        assertThat(peer.released).isEqualTo(2);
        assertThat(peer.resumed).as("the bus goes on").containsExactly(feed);
        assertThat(peer.dropped).containsExactly(DropReason.NOT_GRANTED, DropReason.NOT_GRANTED);
    }

    @Test
    @DisplayName("A connection whose user is gone is told so, and takes its subscriptions with it")
    void over() {
        Peer peer = Peer.admitted(door, "alice").in("SUBSCRIBE\nid:1\ndestination:home/a\n\n^");
        peer.session.onFault(Fault.NOT_ADMITTED, peer);
        assertThat(peer.error()).isEqualTo("WXW-1402");
        assertThat(peer.closed).isEqualTo(CloseReason.ACCESS_OVER);
        assertThat(peer.feeds).isEmpty();
    }
}
