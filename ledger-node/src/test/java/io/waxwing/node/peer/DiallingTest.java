package io.waxwing.node.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.spi.PeerLinks.Channel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What node 1 makes of those who answer at the address of node 2. */
class DiallingTest {
    private final List<AutoCloseable> open = new ArrayList<>();
    private TestNode one = new TestNode(1);

    @AfterEach
    void closeAll() throws Exception {
        one.close();
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    @AfterAll
    static void noBufferIsLost() {
        assertThat(BufferLeaks.found()).isEmpty();
    }

    private SSLServerSocket listenAs(int owner) throws IOException {
        SSLServerSocket listener = RawPeer.listen(TestKeys.of(owner));
        open.add(listener);
        InetSocketAddress address = (InetSocketAddress) listener.getLocalSocketAddress();
        one.knows(List.of(TestNode.node(2, address), TestNode.node(3, new InetSocketAddress("127.0.0.1", 1))));
        return listener;
    }

    /** The next connection, greeted by node 1 if it got as far. */
    private RawPeer accept(SSLServerSocket listener) throws IOException {
        RawPeer peer = RawPeer.accept(listener);
        open.add(peer);
        return peer;
    }

    @Test
    void aKeyThatTheRegistryDoesNotHave() throws Exception {
        RawPeer liar = accept(listenAs(9));
        assertThat(liar.isEnded()).isTrue();
        one.awaitRefused(LinkFault.UNKNOWN_KEY);
    }

    @Test
    void theKeyOfAnotherNode() throws Exception {
        RawPeer liar = accept(listenAs(3));
        assertThat(liar.isEnded()).isTrue();
        one.awaitRefused(LinkFault.WRONG_NODE);
    }

    @Test
    void anAddressThatLeadsBackToThisNode() {
        one.knows(List.of(TestNode.node(2, one.address)));
        one.awaitRefused(LinkFault.SELF);
    }

    @Test
    void itGreetsBothConnectionsAndSendsNothingBeforeItIsAnswered() throws Exception {
        SSLServerSocket listener = listenAs(2);
        List<LinkKind> kinds = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            RawPeer peer = accept(listener);
            Hello hello = peer.answer();
            kinds.add(hello.kind());
            assertThat(hello.from()).isEqualTo(1);
            assertThat(hello.to()).isEqualTo(2);
            assertThat(hello.ledgerId()).isEqualTo(TestNode.LEDGER);
            assertThat(one.links.isUp(2, Channel.CONSENSUS)).isFalse();
            assertThat(one.links.send(2, Channel.CONSENSUS, new byte[1])).isFalse();
        }
        assertThat(kinds).containsExactlyInAnyOrder(LinkKind.CONSENSUS, LinkKind.BULK);
    }

    private void assertAnswerRefused(Hello answer, LinkFault fault) throws Exception {
        RawPeer peer = accept(listenAs(2));
        Hello hello = peer.answer();
        peer.send(
                new Hello(hello.kind(), answer.answer(), answer.ledgerId(), answer.from(), answer.to(), answer.boot()));
        assertThat(peer.isEnded()).isTrue();
        one.awaitRefused(fault);
        assertThat(one.links.connected()).isEmpty();
    }

    @Test
    void aRefusalIsUnderstood() throws Exception {
        assertAnswerRefused(
                new Hello(LinkKind.BULK, LinkFault.UNKNOWN_NODE.number(), TestNode.LEDGER, 2, 1, 5), LinkFault.REFUSED);
    }

    @Test
    void anAnswerOfAnotherLedger() throws Exception {
        assertAnswerRefused(new Hello(LinkKind.BULK, 0, Hash.ZERO, 2, 1, 5), LinkFault.OTHER_LEDGER);
    }

    @Test
    void anAnswerOfAnotherNumber() throws Exception {
        assertAnswerRefused(new Hello(LinkKind.BULK, 0, TestNode.LEDGER, 3, 1, 5), LinkFault.WRONG_NODE);
    }

    @Test
    void anAnswerForTheOtherConnection() throws Exception {
        RawPeer peer = accept(listenAs(2));
        LinkKind other = peer.answer().kind() == LinkKind.BULK ? LinkKind.CONSENSUS : LinkKind.BULK;
        peer.send(RawPeer.hello(other, 2, 1));
        assertThat(peer.isEnded()).isTrue();
        one.awaitRefused(LinkFault.MALFORMED);
    }

    @Test
    void whoNeverAnswersIsLeftAndDialledAgain() throws Exception {
        one.close();
        one = new TestNode(1, TestNode.settings().with(new PeerSettings.Times(1_500, 200, 10_000, 10, 100)));
        SSLServerSocket listener = listenAs(2);
        RawPeer first = accept(listener);
        RawPeer second = accept(listener);
        assertThat(first.answer().from()).isEqualTo(1);
        assertThat(first.isEnded()).isTrue();
        assertThat(second.isEnded()).isTrue();
        one.awaitRefused(LinkFault.SLOW);
        RawPeer third = accept(listener);
        Hello hello = third.answer();
        third.send(RawPeer.hello(hello.kind(), 2, 1));
        Channel channel = hello.kind() == LinkKind.BULK ? Channel.SYNC : Channel.CONSENSUS;
        await().until(() -> one.links.isUp(2, channel));
    }
}
