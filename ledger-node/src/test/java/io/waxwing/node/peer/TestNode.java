package io.waxwing.node.peer;

import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.waxwing.ledger.control.PeerAddress;
import io.waxwing.ledger.control.Registry.Node;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.spi.PeerLinks.Channel;
import io.waxwing.node.crypto.TlsIdentity;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** A node on a free loopback port that remembers what it received. */
final class TestNode implements AutoCloseable {
    static final Hash LEDGER = Sha256.digest(new byte[] {1});
    /** Quick enough for tests, slow enough for a busy machine. */
    static final PeerSettings.Times TIMES = new PeerSettings.Times(10_000, 200, 10_000, 10, 100);

    final int id;
    final NettyPeers links;
    final InetSocketAddress address;
    final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    final List<Received> received = Collections.synchronizedList(new ArrayList<>());
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    /** One frame. */
    record Received(int from, Channel channel, int size, int first) {}

    TestNode(int id) {
        this(id, settings());
    }

    TestNode(int id, PeerSettings settings) {
        this(id, settings, List.of(TestKeys.of(id)));
    }

    /** One with several TLS keys, the first of which it shows when nobody asks for another. */
    TestNode(int id, PeerSettings settings, List<TlsIdentity> keys) {
        this.id = id;
        this.links = new NettyPeers(
                new LocalNode(LEDGER, id, keys),
                PeerDirectory.of(List.of(), id),
                settings,
                loops,
                new Random(id),
                metrics);
        for (Channel channel : Channel.values()) {
            links.receive(
                    channel,
                    (from, frame) -> received.add(
                            new Received(from, channel, frame.length, frame.length == 0 ? -1 : frame[0] & 0xff)));
        }
        this.address = links.start();
    }

    static PeerSettings settings() {
        return PeerSettings.of("127.0.0.1", 0).with(TIMES);
    }

    /** What a registry says of it. */
    Node node() {
        return node(id, address);
    }

    static Node node(int id, InetSocketAddress address) {
        return new Node(
                id,
                new PeerAddress("127.0.0.1", address.getPort()),
                TestKeys.of(id).pin());
    }

    /** Tells each of all the others. */
    static void introduce(TestNode... nodes) {
        List<Node> all = Arrays.stream(nodes).map(TestNode::node).toList();
        for (TestNode node : nodes) {
            node.knows(all);
        }
    }

    void knows(List<Node> nodes) {
        links.replacePeers(PeerDirectory.of(nodes, id));
    }

    /** Waits until both links to each of them are up. */
    void awaitLinks(int... peers) {
        await().until(() -> Arrays.stream(peers)
                .allMatch(peer -> links.isUp(peer, Channel.CONSENSUS) && links.isUp(peer, Channel.PAYLOAD)));
    }

    List<Received> received(int from, Channel channel) {
        synchronized (received) {
            return received.stream()
                    .filter(frame -> frame.from() == from && frame.channel() == channel)
                    .toList();
        }
    }

    double refused(LinkFault fault) {
        return metrics.get("waxwing.peer.connections.refused")
                .tag("reason", fault.word())
                .counter()
                .count();
    }

    void awaitRefused(LinkFault fault) {
        await("refused: " + fault).until(() -> refused(fault) >= 1);
    }

    /** A counter, named with its tags. */
    double count(String name, String... tags) {
        return metrics.get(name).tags(tags).counter().count();
    }

    @Override
    public void close() {
        links.close();
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
}
