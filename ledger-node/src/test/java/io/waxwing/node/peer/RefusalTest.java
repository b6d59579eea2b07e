package io.waxwing.node.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.spi.PeerLinks;
import io.waxwing.ledger.spi.PeerLinks.Channel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who comes to node 2, which knows nodes 1 and 3, and is not let in, or not for long. */
class RefusalTest {
    private static final int CONSENSUS = 1;
    private static final int SYNC = 2;
    private static final int PAYLOAD = 3;

    private final List<AutoCloseable> open = new ArrayList<>();
    private TestNode two = new TestNode(2);

    @BeforeEach
    void introduce() {
        two.knows(List.of(TestNode.node(1, two.address), TestNode.node(3, closedPort())));
        await().until(() -> two.links.peers().equals(List.of(1, 3)));
    }

    private static java.net.InetSocketAddress closedPort() {
        return new java.net.InetSocketAddress("127.0.0.1", 1);
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        two.close();
    }

    @AfterAll
    static void noBufferIsLost() {
        assertThat(BufferLeaks.found()).isEmpty();
    }

    private void restart(PeerSettings settings) {
        two.close();
        two = new TestNode(2, settings);
        introduce();
    }

    private RawPeer withKeyOf(int owner) throws IOException {
        return keep(RawPeer.dial(two.address, TestKeys.of(owner)));
    }

    private RawPeer keep(RawPeer peer) {
        open.add(peer);
        return peer;
    }

    private RawPeer link(LinkKind kind) throws Exception {
        RawPeer peer = withKeyOf(1).send(RawPeer.hello(kind, 1, 2));
        assertThat(peer.answer().answer()).isZero();
        await().until(() -> two.links.isUp(1, kind == LinkKind.BULK ? Channel.SYNC : Channel.CONSENSUS));
        return peer;
    }

    private void assertAnswered(RawPeer peer, LinkFault fault) throws Exception {
        assertThat(peer.answer().answer()).isEqualTo(fault.number());
        assertEnded(peer, fault);
    }

    private void assertEnded(RawPeer peer, LinkFault fault) {
        assertThat(peer.isEnded()).as("ended").isTrue();
        two.awaitRefused(fault);
        assertThat(two.refused(fault)).isEqualTo(1);
        await().until(() -> two.links.connected().isEmpty());
    }

    // ---- before the greeting

    @Test
    void bytesThatAreNotTls() throws Exception {
        RawPeer stranger = keep(RawPeer.tcp(two.address));
        stranger.send("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertEnded(stranger, LinkFault.TLS);
    }

    @Test
    void anOlderTls() throws Exception {
        RawPeer old = keep(RawPeer.dial(two.address, TestKeys.of(1), "TLSv1.2"));
        try {
            old.send(RawPeer.hello(LinkKind.BULK, 1, 2));
        } catch (IOException refused) {
            // Seen by the writer or by the reader, whoever comes first.
        }
        assertEnded(old, LinkFault.TLS);
    }

    @Test
    void noCertificate() throws Exception {
        RawPeer stranger = keep(RawPeer.dial(two.address, null));
        assertRefusedByTls(stranger, LinkFault.TLS);
    }

    @Test
    void aKeyThatTheRegistryDoesNotHave() throws Exception {
        assertRefusedByTls(withKeyOf(9), LinkFault.UNKNOWN_KEY);
    }

    @Test
    void ourOwnKey() throws Exception {
        assertRefusedByTls(withKeyOf(2), LinkFault.SELF);
    }

    /** Whose key is not welcome is not heard: in TLS 1.3 he may speak before he knows. */
    private void assertRefusedByTls(RawPeer stranger, LinkFault fault) {
        try {
            stranger.send(RawPeer.hello(LinkKind.CONSENSUS, 1, 2));
        } catch (IOException refused) {
            // As above.
        }
        assertEnded(stranger, fault);
    }

    @Test
    void aKeyThatTheRegistryHasNoLongerAlsoInAResumedSession() throws Exception {
        RawPeer member = link(LinkKind.CONSENSUS);
        two.links.send(1, Channel.CONSENSUS, new byte[] {1});
        // Read, and with it what TLS says about resuming.
        assertThat(member.nextFrame()).containsExactly(1, CONSENSUS, 1);
        two.knows(List.of(TestNode.node(3, closedPort())));
        assertEnded(member, LinkFault.UNKNOWN_NODE);
        assertRefusedByTls(withKeyOf(1), LinkFault.UNKNOWN_KEY);
    }

    @Test
    void silenceInsteadOfAHandshake() throws Exception {
        restart(TestNode.settings().with(new PeerSettings.Times(150, 200, 10_000, 10, 100)));
        RawPeer silent = keep(RawPeer.tcp(two.address));
        assertEnded(silent, LinkFault.SLOW);
    }

    @Test
    void silenceAfterTls() throws Exception {
        restart(TestNode.settings().with(new PeerSettings.Times(2_000, 200, 10_000, 10, 100)));
        byte[] half = RawPeer.hello(LinkKind.CONSENSUS, 1, 2).encode();
        RawPeer silent = withKeyOf(1).send(java.util.Arrays.copyOf(half, 20));
        assertEnded(silent, LinkFault.SLOW);
    }

    @Test
    void tooManyHalfOpenConnectionsEndTheOldestAndMembersStillComeIn() throws Exception {
        PeerSettings.Limits usual = PeerSettings.Limits.DEFAULT;
        restart(TestNode.settings()
                .with(new PeerSettings.Limits(
                        usual.consensusQueueBytes(),
                        usual.bulkQueueBytes(),
                        usual.consensusBytesPerSecond(),
                        usual.bulkBytesPerSecond(),
                        4)));
        List<RawPeer> strangers = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            strangers.add(keep(RawPeer.tcp(two.address)));
        }
        RawPeer member = link(LinkKind.CONSENSUS);
        assertThat(strangers.get(0).isEnded()).isTrue();
        await().until(() -> two.refused(LinkFault.CROWDED) == 9);
        member.frame(1, CONSENSUS, (byte) 5);
        await().until(() -> two.received(1, Channel.CONSENSUS).size() == 1);
    }

    // ---- the greeting

    @Test
    void aNodeThatClaimsToBeAnother() throws Exception {
        assertAnswered(withKeyOf(3).send(RawPeer.hello(LinkKind.CONSENSUS, 1, 2)), LinkFault.WRONG_NODE);
    }

    @Test
    void aNodeThatLooksForAnother() throws Exception {
        assertAnswered(withKeyOf(1).send(RawPeer.hello(LinkKind.CONSENSUS, 1, 4)), LinkFault.WRONG_NODE);
    }

    @Test
    void aNumberThatTheRegistryDoesNotHave() throws Exception {
        assertAnswered(withKeyOf(1).send(RawPeer.hello(LinkKind.CONSENSUS, 5, 2)), LinkFault.UNKNOWN_NODE);
    }

    @Test
    void ourOwnNumber() throws Exception {
        assertAnswered(withKeyOf(1).send(RawPeer.hello(LinkKind.CONSENSUS, 2, 2)), LinkFault.SELF);
    }

    @Test
    void anotherLedger() throws Exception {
        assertAnswered(withKeyOf(1).send(RawPeer.hello(LinkKind.CONSENSUS, Hash.ZERO, 1, 2)), LinkFault.OTHER_LEDGER);
    }

    @Test
    void aDialInTheWrongDirection() throws Exception {
        assertAnswered(withKeyOf(3).send(RawPeer.hello(LinkKind.CONSENSUS, 3, 2)), LinkFault.DIRECTION);
    }

    @Test
    void anotherVersion() throws Exception {
        byte[] hello = RawPeer.hello(LinkKind.CONSENSUS, 1, 2).encode();
        hello[5] = 2;
        assertAnswered(withKeyOf(1).send(hello), LinkFault.VERSION);
    }

    @Test
    void noGreetingAtAll() throws Exception {
        assertAnswered(withKeyOf(1).send(new byte[Hello.SIZE_BYTES]), LinkFault.MALFORMED);
    }

    @Test
    void aThirdKindOfConnection() throws Exception {
        byte[] hello = RawPeer.hello(LinkKind.CONSENSUS, 1, 2).encode();
        hello[6] = 3;
        assertAnswered(withKeyOf(1).send(hello), LinkFault.MALFORMED);
    }

    @Test
    void aGreetingInPiecesWithAFrameBehindItIsWelcome() throws Exception {
        RawPeer peer = withKeyOf(1);
        for (byte each : RawPeer.hello(LinkKind.BULK, 1, 2).encode()) {
            peer.send(new byte[] {each});
        }
        peer.frame(2, SYNC, (byte) 7, (byte) 8);
        assertThat(peer.answer())
                .isEqualTo(new Hello(LinkKind.BULK, 0, TestNode.LEDGER, 2, 1, new java.util.Random(2).nextLong()));
        await().until(() -> two.received(1, Channel.SYNC).size() == 1);
        assertThat(two.links.connected()).as("of consensus").isEmpty();
    }

    // ---- frames

    @Test
    void aFrameBeyondTheLimitEndsTheLinkBeforeItsBodyComes() throws Exception {
        RawPeer peer = link(LinkKind.CONSENSUS).frame(PeerLinks.MAX_FRAME_BYTES + 1L, CONSENSUS);
        assertEnded(peer, LinkFault.FRAME_SIZE);
        RawPeer other = link(LinkKind.BULK).frame(0xffff_ffffL, PAYLOAD);
        assertThat(other.isEnded()).isTrue();
        await().until(() -> two.refused(LinkFault.FRAME_SIZE) == 2);
    }

    @Test
    void aFrameOnTheWrongConnection() throws Exception {
        assertEnded(link(LinkKind.CONSENSUS).frame(1, SYNC, (byte) 1), LinkFault.CHANNEL);
    }

    @Test
    void aVoteOnTheBulkConnection() throws Exception {
        assertEnded(link(LinkKind.BULK).frame(1, CONSENSUS, (byte) 1), LinkFault.CHANNEL);
        assertThat(two.received).isEmpty();
    }

    @Test
    void aFrameOfNoChannel() throws Exception {
        assertEnded(link(LinkKind.BULK).frame(1, 5, (byte) 1), LinkFault.MALFORMED);
    }

    @Test
    void aSignOfLifeWithABody() throws Exception {
        assertEnded(link(LinkKind.BULK).frame(1, 0, (byte) 1), LinkFault.MALFORMED);
    }

    @Test
    void aLinkOnWhichNothingIsHeard() throws Exception {
        restart(TestNode.settings().with(new PeerSettings.Times(10_000, 50, 200, 10, 100)));
        assertEnded(link(LinkKind.CONSENSUS), LinkFault.SILENT);
    }

    @Test
    void signsOfLifeKeepAnIdleLink() throws Exception {
        restart(TestNode.settings().with(new PeerSettings.Times(10_000, 20, 3_000, 10, 100)));
        RawPeer peer = link(LinkKind.CONSENSUS);
        for (int i = 0; i < 20; i++) {
            assertThat(peer.signOfLife()).isTrue();
            peer.frame(0, 0);
        }
        assertThat(two.links.connected()).containsExactly(1);
    }

    @Test
    void ofTwoConnectionsOfOneKindTheNewerStays() throws Exception {
        RawPeer older = link(LinkKind.CONSENSUS);
        RawPeer bulk = link(LinkKind.BULK);
        RawPeer newer = link(LinkKind.CONSENSUS);
        assertThat(older.isEnded()).isTrue();
        two.awaitRefused(LinkFault.REPLACED);
        assertThat(two.links.connected()).containsExactly(1);
        newer.frame(1, CONSENSUS, (byte) 4);
        bulk.frame(1, PAYLOAD, (byte) 4);
        await().until(() -> two.received.size() == 2);
        assertThat(two.links.send(1, Channel.CONSENSUS, new byte[] {6})).isTrue();
        assertThat(newer.nextFrame()).containsExactly(1, CONSENSUS, 6);
    }

    @Test
    void connectionsMadeAtTheSameMomentLeaveOne() throws Exception {
        List<RawPeer> peers = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            peers.add(withKeyOf(1));
        }
        for (RawPeer peer : peers) {
            peer.send(RawPeer.hello(LinkKind.CONSENSUS, 1, 2));
        }
        await().until(() -> two.refused(LinkFault.REPLACED) == 5);
        int standing = 0;
        assertThat(two.links.send(1, Channel.CONSENSUS, new byte[] {6})).isTrue();
        for (RawPeer peer : peers) {
            assertThat(peer.answer().answer()).isZero();
            try {
                assertThat(peer.nextFrame()).containsExactly(1, CONSENSUS, 6);
                standing++;
            } catch (IOException ended) {
                assertThat(peer.isEnded()).isTrue();
            }
        }
        assertThat(standing).isEqualTo(1);
    }
}
