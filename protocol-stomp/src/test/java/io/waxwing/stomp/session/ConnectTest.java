package io.waxwing.stomp.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The beginning of a connection, its heart-beats, and its end. */
class ConnectTest {
    @ParameterizedTest
    @CsvSource({
        "'', 1.0",
        "'accept-version:1.0', 1.0",
        "'accept-version:1.1,2.0', 1.1",
        "'accept-version:1.2,1.0', 1.2",
        "'accept-version:1.0, 1.1', 1.1"
    })
    @DisplayName("C1-C3: the highest common version is spoken; CONNECTED names it, the session and the server")
    void versions(String header, String version) {
        Peer peer = new Peer().in("CONNECT\n" + header + (header.isEmpty() ? "" : "\n") + "\n^");
        Map<String, String> connected = peer.got("CONNECTED").headers();
        assertThat(connected).containsEntry("version", version).containsEntry("session", "nonce");
        assertThat(connected).containsEntry("server", "waxwing");
        assertThat(connected.containsKey("heart-beat")).isEqualTo(!version.equals("1.0"));
    }

    @Test
    @DisplayName("C1: STOMP is another word for CONNECT, and a second one ends the connection")
    void theCommandStomp() {
        Peer peer = new Peer().in("STOMP\naccept-version:1.2\nhost:h\n\n^");
        peer.got("CONNECTED");
        assertThat(peer.in("CONNECT\naccept-version:1.2\n\n^").error()).isEqualTo("WXW-1301");
        assertThat(peer.closed).isEqualTo(CloseReason.PROTOCOL_ERROR);
    }

    @Test
    @DisplayName("C1: whatever comes before CONNECT ends the connection")
    void nothingBeforeConnect() {
        Peer peer = new Peer().in("SEND\ndestination:a\nreceipt:r\n\nx^");
        assertThat(peer.received.peek().headers()).containsEntry("receipt-id", "r");
        assertThat(peer.error()).isEqualTo("WXW-1301");
        assertThat(peer.unanswered).isEmpty();
    }

    @Test
    @DisplayName("C2: without a common version the ERROR lists ours")
    void noCommonVersion() {
        Peer peer = new Peer().in("CONNECT\naccept-version:2.0\n\n^");
        assertThat(peer.received.peek().headers()).containsEntry("version", "1.0,1.1,1.2");
        assertThat(peer.error()).isEqualTo("WXW-1302");
        assertThat(peer.closed).isEqualTo(CloseReason.CONNECT_REFUSED);
    }

    @Test
    @DisplayName("C6: who does not connect in time is told and closed")
    void connectTimeout() {
        Peer peer = new Peer().pass(9_999);
        assertThat(peer.closed).isNull();
        assertThat(peer.pass(1).error()).isEqualTo("WXW-1307");
        assertThat(peer.closed).isEqualTo(CloseReason.CONNECT_TIMEOUT);
    }

    @ParameterizedTest
    @CsvSource({
        "'0,0', '0,0'",
        "'10000,0', '0,10000'",
        "'1,1', '500,500'",
        "'0,100000', '60000,0'",
        "'4000,5000', '5000,4000'"
    })
    @DisplayName("B1, B4: heart-beats are promised near to what is asked for, within bounds")
    void heartBeatsAreAgreed(String asked, String answer) {
        Peer peer = new Peer().in("CONNECT\naccept-version:1.1\nheart-beat:" + asked + "\n\n^");
        assertThat(peer.got("CONNECTED").headers()).containsEntry("heart-beat", answer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "1,2,3", "-1,0", "a,b", ",", "1 ,2", "9999999999,0"})
    @DisplayName("B1: a malformed heart-beat header ends the connection")
    void malformedHeartBeats(String header) {
        assertThat(new Peer()
                        .in("CONNECT\naccept-version:1.1\nheart-beat:" + header + "\n\n^")
                        .error())
                .isEqualTo("WXW-1302");
    }

    @Test
    @DisplayName("B2, B3: something is sent in time, and nothing if something else was")
    void beatsAreSent() {
        Peer peer = new Peer().in("CONNECT\naccept-version:1.2\nheart-beat:0,1000\n\n^");
        peer.pass(899);
        assertThat(peer.beats).isZero();
        peer.pass(1);
        assertThat(peer.beats).isEqualTo(1);
        peer.pass(800).in("BEGIN\ntransaction:t\nreceipt:r\n\n^").pass(800);
        assertThat(peer.beats).isEqualTo(1);
        peer.pass(100);
        assertThat(peer.beats).isEqualTo(2);
    }

    @Test
    @DisplayName("B3: a client that promised beats and is silent for two and a half is closed; any data is a beat")
    void silence() {
        Peer peer = new Peer().in("CONNECT\naccept-version:1.2\nheart-beat:1000,0\n\n^");
        peer.got("CONNECTED");
        peer.pass(2_400).in("\n").pass(2_499);
        assertThat(peer.closed).isNull();
        assertThat(peer.pass(1).error()).isEqualTo("WXW-1307");
        assertThat(peer.closed).isEqualTo(CloseReason.HEART_BEAT);
    }

    @Test
    @DisplayName("B3: while we do not read, the client's silence is ours")
    void noTimeoutWhilePaused() {
        Peer peer = new Peer().in("CONNECT\naccept-version:1.2\nheart-beat:1000,0\n\n^");
        peer.busTakes = false;
        peer.in("SEND\ndestination:a\n\nx^");
        assertThat(peer.paused).isTrue();
        peer.pass(10_000);
        assertThat(peer.closed).isNull();
        peer.session.onRoom(peer.now, peer);
        assertThat(peer.paused).isFalse();
        peer.pass(2_500);
        assertThat(peer.closed).isEqualTo(CloseReason.HEART_BEAT);
    }

    @Test
    @DisplayName("R3: after DISCONNECT nothing is done any more; its RECEIPT is the last frame")
    void disconnect() {
        Peer peer = Peer.of("1.2");
        peer.in("SEND\ndestination:a\nreceipt:1\n\nx^DISCONNECT\nreceipt:2\n\n^SEND\ndestination:a\n\ny^");
        assertThat(peer.closed).isNull();
        assertThat(peer.unanswered).hasSize(1);
        peer.ordered();
        assertThat(peer.got("RECEIPT").headers()).containsEntry("receipt-id", "1");
        assertThat(peer.got("RECEIPT").headers()).containsOnly(Map.entry("receipt-id", "2"));
        assertThat(peer.closed).isEqualTo(CloseReason.CLIENT_DISCONNECT);
    }

    @Test
    @DisplayName("R3: a client that disconnects is not kept waiting for ever by receipts that cannot come")
    void disconnectIsBounded() {
        Peer peer = Peer.of("1.2").in("SEND\ndestination:a\nreceipt:1\n\nx^DISCONNECT\n\n^");
        peer.pass(29_999);
        assertThat(peer.closed).isNull();
        peer.pass(1);
        assertThat(peer.closed).isEqualTo(CloseReason.CLIENT_DISCONNECT);
    }

    @Test
    @DisplayName("R2: an ERROR has message, code, content-type and the offending frame's receipt-id, and is the last")
    void errors() {
        Peer peer = Peer.of("1.2").in("SEND\nreceipt:a\\cb\n\nx^");
        assertThat(peer.received.peek().headers())
                .containsEntry("receipt-id", "a:b")
                .containsEntry("message", "WXW-1302 unknown or illegal parameter")
                .containsEntry("content-type", "text/plain");
        assertThat(peer.received.peek().body()).contains("destination is missing");
        assertThat(peer.error()).isEqualTo("WXW-1302");
        peer.in("SEND\ndestination:a\n\nx^").pass(100_000);
        peer.session.onFault(Fault.SHUTDOWN, peer);
        assertThat(peer.received).isEmpty();
    }

    @Test
    @DisplayName("R2: a node that stops, or fails at something of its own, says so")
    void ownReasons() {
        Peer peer = Peer.of("1.2");
        peer.session.onFault(Fault.SHUTDOWN, peer);
        assertThat(peer.error()).isEqualTo("WXW-2105");
        Peer other = Peer.of("1.0");
        other.session.onFault(Fault.INTERNAL, other);
        assertThat(other.error()).isEqualTo("WXW-1399");
        Peer third = Peer.of("1.0").in("SEND\n\0");
        assertThat(third.error()).isEqualTo("WXW-1301");
        assertThat(third.closed).isEqualTo(CloseReason.MALFORMED);
    }

    @Test
    @DisplayName("A4: a connection that is lost takes its subscriptions with it, and late words of the bus find nobody")
    void lost() {
        Peer peer = Peer.of("1.2").in("SUBSCRIBE\nid:1\ndestination:a\n\n^SEND\ndestination:a\nreceipt:r\n\nx^");
        Feed feed = peer.subscribed();
        peer.session.onConnectionLost(peer);
        assertThat(peer.feeds).isEmpty();
        peer.deliver(feed, "a", "late").ordered();
        peer.session.onSubscriptionRefused(feed, new Refusal(FailureCode.STORAGE, "late"), peer);
        peer.session.onStarved(feed, 1, peer);
        peer.session.onWritable(peer.now, peer);
        assertThat(peer.received).isEmpty();
        assertThat(peer.session.isClosed()).isTrue();
        assertThat(peer.session.nextTimeoutNanos()).isEqualTo(Long.MAX_VALUE);
    }
}
