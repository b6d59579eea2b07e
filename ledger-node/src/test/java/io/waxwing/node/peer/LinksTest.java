package io.waxwing.node.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.waxwing.ledger.control.Registry.Node;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.spi.PeerLinks;
import io.waxwing.ledger.spi.PeerLinks.Channel;
import io.waxwing.node.crypto.TlsIdentity;
import io.waxwing.node.peer.TestNode.Received;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nodes that mean well. */
class LinksTest {
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    @AfterAll
    static void noBufferIsLost() {
        assertThat(BufferLeaks.found()).isEmpty();
    }

    private TestNode node(int id) {
        return node(id, TestNode.settings());
    }

    private TestNode node(int id, PeerSettings settings) {
        TestNode made = new TestNode(id, settings);
        open.add(made);
        return made;
    }

    private static byte[] frame(int size, int first) {
        byte[] frame = new byte[size];
        frame[0] = (byte) first;
        return frame;
    }

    @Test
    void fourNodesExchangeFramesInOrderOnEveryChannel() {
        TestNode[] nodes = IntStream.rangeClosed(1, 4).mapToObj(this::node).toArray(TestNode[]::new);
        TestNode.introduce(nodes);
        for (TestNode from : nodes) {
            from.awaitLinks(
                    from.links.peers().stream().mapToInt(Integer::intValue).toArray());
            assertThat(from.links.connected()).isEqualTo(from.links.peers()).hasSize(3);
        }
        for (int number = 0; number < 100; number++) {
            for (TestNode from : nodes) {
                for (int to : from.links.peers()) {
                    for (Channel channel : Channel.values()) {
                        assertThat(from.links.send(to, channel, frame(1 + 37 * number, number)))
                                .isTrue();
                    }
                }
            }
        }
        for (TestNode to : nodes) {
            for (int from : to.links.peers()) {
                for (Channel channel : Channel.values()) {
                    await().until(() -> to.received(from, channel).size() == 100);
                    assertThat(to.received(from, channel))
                            .isEqualTo(IntStream.range(0, 100)
                                    .mapToObj(number -> new Received(from, channel, 1 + 37 * number, number))
                                    .toList());
                }
            }
        }
        assertThat(nodes[0].count("waxwing.peer.link.frames", "direction", "out", "channel", "sync"))
                .isEqualTo(300);
        assertThat(nodes[0].count("waxwing.peer.link.frames", "direction", "in", "channel", "sync"))
                .isEqualTo(300);
        assertThat(nodes[0].metrics
                        .get("waxwing.peer.link.up")
                        .tags("peer", "3", "connection", "bulk")
                        .gauge()
                        .value())
                .isEqualTo(1);
    }

    /** A node whose TLS key is rotated has both; of the others some know the registry before and some the one after. */
    @Test
    void aNodeWithTwoKeysIsLinkedWithThoseWhoKnowTheOldAndThoseWhoKnowTheNew() {
        TlsIdentity old = TestKeys.of(2);
        TlsIdentity renewed = TestKeys.of(22);
        for (List<TlsIdentity> keys : List.of(List.of(old, renewed), List.of(renewed, old))) {
            TestNode rotating = new TestNode(2, TestNode.settings(), keys);
            open.add(rotating);
            TestNode smallerBehind = node(1);
            TestNode largerBehind = node(3);
            TestNode smallerAhead = node(0);
            TestNode largerAhead = node(4);
            Node before = rotating.node();
            Node after = new Node(2, before.address(), renewed.pin());
            List.of(smallerBehind, largerBehind).forEach(behind -> behind.knows(List.of(before)));
            List.of(smallerAhead, largerAhead).forEach(ahead -> ahead.knows(List.of(after)));
            rotating.knows(Stream.of(smallerBehind, largerBehind, smallerAhead, largerAhead)
                    .map(TestNode::node)
                    .toList());
            rotating.awaitLinks(0, 1, 3, 4);

            List.of(smallerBehind, largerBehind).forEach(behind -> behind.knows(List.of(after)));
            await("links on the old key end")
                    .until(() -> Stream.of(smallerBehind, largerBehind)
                            .allMatch(behind -> behind.refused(LinkFault.UNKNOWN_NODE) == 2));
            Stream.of(smallerBehind, largerBehind).forEach(behind -> behind.awaitLinks(2));
            rotating.awaitLinks(0, 1, 3, 4);
        }
    }

    @Test
    void theLargestFrameArrivesAndALargerOneIsTheCallersError() {
        TestNode one = node(1);
        TestNode two = node(2);
        TestNode.introduce(one, two);
        two.awaitLinks(1);
        assertThat(two.links.send(1, Channel.CONSENSUS, frame(PeerLinks.MAX_FRAME_BYTES, 9)))
                .isTrue();
        assertThat(two.links.send(1, Channel.CONSENSUS, new byte[0])).isTrue();
        await().until(() -> one.received(2, Channel.CONSENSUS).size() == 2);
        assertThat(one.received(2, Channel.CONSENSUS))
                .containsExactly(
                        new Received(2, Channel.CONSENSUS, PeerLinks.MAX_FRAME_BYTES, 9),
                        new Received(2, Channel.CONSENSUS, 0, -1));
        assertThatThrownBy(() -> two.links.send(1, Channel.SYNC, new byte[PeerLinks.MAX_FRAME_BYTES + 1]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aNodeThatWasGoneAndIsBackIsLinkedAgain() {
        TestNode one = node(1);
        TestNode two = node(2);
        TestNode three = node(3);
        TestNode.introduce(one, two, three);
        one.awaitLinks(2, 3);
        List<Node> all = List.of(one.node(), two.node(), three.node());
        int port = two.address.getPort();
        two.close();
        await().until(() -> one.links.connected().equals(List.of(3)));
        assertThat(one.links.send(2, Channel.CONSENSUS, frame(1, 1))).isFalse();
        assertThat(one.count("waxwing.peer.link.sends.dropped", "channel", "consensus", "reason", "no-link"))
                .isEqualTo(1);
        await().until(() -> one.count("waxwing.peer.dials.failed") >= 3);
        TestNode back = node(2, PeerSettings.of("127.0.0.1", port).with(TestNode.TIMES));
        back.knows(all);
        one.awaitLinks(2, 3);
        back.awaitLinks(1, 3);
        assertThat(one.links.send(2, Channel.CONSENSUS, frame(1, 2))).isTrue();
        await().until(() -> back.received(1, Channel.CONSENSUS).size() == 1);
    }

    @Test
    void whatANodeDoesNotReadIsRefusedToTheSenderAndTakenAgainWhenItReads() throws Exception {
        TestNode one = node(1);
        SSLServerSocket listener = RawPeer.listen(TestKeys.of(2));
        open.add(listener);
        one.knows(List.of(TestNode.node(2, (java.net.InetSocketAddress) listener.getLocalSocketAddress())));
        RawPeer bulk = acceptBulk(listener);
        await().until(() -> one.links.isUp(2, Channel.PAYLOAD));
        int taken = 0;
        while (one.links.send(2, taken % 2 == 0 ? Channel.PAYLOAD : Channel.SYNC, frame(1 << 20, taken))) {
            taken++;
            assertThat(taken).as("frames of 1 MiB that wait").isLessThan(100);
        }
        assertThat(taken).isGreaterThanOrEqualTo(7);
        assertThat(one.links.isUp(2, Channel.PAYLOAD)).isTrue();
        for (int number = 0; number < taken; number++) {
            assertThat(bulk.nextFrame()).containsExactly(1 << 20, number % 2 == 0 ? 3 : 2, number);
        }
        await().until(() -> one.links.send(2, Channel.PAYLOAD, frame(1 << 20, 200)));
        assertThat(bulk.nextFrame()).containsExactly(1 << 20, 3, 200);
    }

    private RawPeer acceptBulk(SSLServerSocket listener) throws IOException, LinkException {
        RawPeer first = RawPeer.accept(listener);
        open.add(first);
        LinkKind kind = first.answer().kind();
        first.send(RawPeer.hello(kind, 2, 1));
        RawPeer second = RawPeer.accept(listener);
        open.add(second);
        second.send(RawPeer.hello(second.answer().kind(), 2, 1));
        return kind == LinkKind.BULK ? first : second;
    }

    @Test
    void aVoteOvertakesAFloodOfBatches() {
        PeerSettings.Limits usual = PeerSettings.Limits.DEFAULT;
        TestNode one = node(1);
        TestNode two = node(
                2,
                TestNode.settings()
                        .with(new PeerSettings.Limits(
                                usual.consensusQueueBytes(),
                                usual.bulkQueueBytes(),
                                usual.consensusBytesPerSecond(),
                                128 << 10,
                                usual.halfOpen())));
        TestNode.introduce(one, two);
        one.awaitLinks(2);
        int batches = 0;
        while (one.links.send(2, Channel.PAYLOAD, frame(256 << 10, 1))) {
            batches++;
        }
        assertThat(one.links.send(2, Channel.CONSENSUS, frame(300, 1))).isTrue();
        await().until(() -> two.received(1, Channel.CONSENSUS).size() == 1);
        assertThat(two.received(1, Channel.PAYLOAD).size()).isLessThan(batches / 2);
        await().until(() -> two.count("waxwing.peer.link.reads.paused", "connection", "bulk") >= 2);
        assertThat(two.count("waxwing.peer.link.reads.paused", "connection", "consensus"))
                .isZero();
    }

    @Test
    void whoIsReadSlowlyLosesNothingAndIsNotCalledSilent() {
        PeerSettings.Limits usual = PeerSettings.Limits.DEFAULT;
        PeerSettings.Limits slow = new PeerSettings.Limits(
                usual.consensusQueueBytes(), usual.bulkQueueBytes(), 256 << 10, 1 << 20, usual.halfOpen());
        PeerSettings.Times times = new PeerSettings.Times(10_000, 50, 1_500, 10, 100);
        TestNode one = node(1, TestNode.settings().with(times));
        TestNode two = node(2, TestNode.settings().with(slow).with(times));
        TestNode.introduce(one, two);
        one.awaitLinks(2);
        // 1.5 MiB at 256 KiB/s: what one look at the socket brings is paid for longer than it takes to be silent.
        for (int number = 0; number < 24; number++) {
            assertThat(one.links.send(2, Channel.CONSENSUS, frame(64 << 10, number)))
                    .isTrue();
        }
        await().until(() -> two.received(1, Channel.CONSENSUS).size() == 24);
        assertThat(two.received(1, Channel.CONSENSUS))
                .extracting(Received::first)
                .isEqualTo(IntStream.range(0, 24).boxed().toList());
        assertThat(two.refused(LinkFault.SILENT)).isZero();
        await().until(() -> two.count("waxwing.peer.link.reads.paused", "connection", "consensus") > 0);
    }

    @Test
    void linksFollowTheRegistryWhileTheyRun() {
        TestNode one = node(1);
        TestNode two = node(2);
        TestNode three = node(3);
        TestNode.introduce(one, two, three);
        one.awaitLinks(2, 3);
        Node otherKey = new Node(2, two.node().address(), TestKeys.of(9).pin());
        one.knows(List.of(one.node(), otherKey, three.node()));
        assertThat(one.links.peers()).containsExactly(2, 3);
        await().until(() -> one.links.connected().equals(List.of(3)));
        one.awaitRefused(LinkFault.UNKNOWN_KEY);
        one.knows(List.of(one.node(), two.node()));
        one.awaitLinks(2);
        assertThat(one.links.peers()).containsExactly(2);
        await().until(() -> one.links.connected().equals(List.of(2)));
        assertThat(one.metrics.find("waxwing.peer.link.up").tag("peer", "3").gauge())
                .isNull();
        await().until(() -> three.links.connected().equals(List.of(2)));
    }

    @Test
    void aNodeThatHasMovedIsFoundAtItsNewAddress() {
        TestNode one = node(1);
        TestNode two = node(2);
        TestNode.introduce(one, two);
        one.awaitLinks(2);
        two.close();
        TestNode moved = node(2);
        moved.knows(List.of(one.node()));
        one.knows(List.of(moved.node()));
        one.awaitLinks(2);
        moved.awaitLinks(1);
    }

    @Test
    void afterTheEndNothingIsSentTakenOrDialledAndThePortIsFree() {
        TestNode one = node(1);
        TestNode two = node(2);
        TestNode.introduce(one, two);
        one.awaitLinks(2);
        one.close();
        assertThat(one.links.connected()).isEmpty();
        assertThat(one.links.send(2, Channel.SYNC, frame(1, 1))).isFalse();
        await().until(() -> two.links.connected().isEmpty());
        TestNode again = node(1, PeerSettings.of("127.0.0.1", one.address.getPort()));
        assertThat(again.address).isEqualTo(one.address);
    }

    @Test
    void anAddressInUseIsNamed() {
        TestNode one = node(1);
        assertThatThrownBy(() -> node(2, PeerSettings.of("127.0.0.1", one.address.getPort())))
                .isInstanceOfSatisfying(
                        LedgerFailure.class, e -> assertThat(e.code()).isEqualTo(NettyPeers.ADDRESS))
                .hasMessageContaining("127.0.0.1:" + one.address.getPort());
    }

    @Test
    void aChannelHasOneReceiver() {
        TestNode one = node(1);
        assertThatThrownBy(() -> one.links.receive(Channel.SYNC, (from, frame) -> {}))
                .isInstanceOf(IllegalStateException.class);
    }
}
