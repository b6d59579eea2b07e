package io.waxwing.broker;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.Future;
import io.waxwing.broker.config.BrokerConfig;
import io.waxwing.broker.network.Enrolment;
import io.waxwing.broker.runtime.Pools;
import io.waxwing.ledger.control.CeremonyCodes;
import io.waxwing.ledger.control.PeerAddress;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.control.Registry.Node;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.spi.PeerLinks;
import io.waxwing.node.crypto.NodeIdentity;
import io.waxwing.node.crypto.TlsIdentity;
import io.waxwing.node.peer.LocalNode;
import io.waxwing.node.peer.NettyPeers;
import io.waxwing.node.peer.PeerDirectory;
import io.waxwing.node.peer.PeerSettings;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The links of a member to the nodes of the other institutions, with the threads that carry and check what comes. */
final class Peering implements AutoCloseable {
    private static final int VERIFY_THREADS = 1;
    private static final int VERIFY_QUEUED = 8192;

    private static final int FAREWELL_S = 5;

    final NettyPeers links;
    /** The same for those who send and receive. */
    final PeerLinks traffic;
    /** For what consensus says and asks. */
    final ThreadPoolExecutor verify = Pools.bounded("verify", VERIFY_THREADS, VERIFY_QUEUED);
    /** For payloads, which must not stand in front of votes. */
    final ThreadPoolExecutor verifyPayloads = Pools.bounded("payload", VERIFY_THREADS, VERIFY_QUEUED);

    private final int self;
    private volatile @Nullable PeerDirectory newest;
    private final EventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, Pools.threads("peer-io"), NioIoHandler.newFactory());

    /** {@code tap} stands between the links and everybody who uses them. */
    Peering(
            Enrolment enrolment,
            Registry registry,
            int self,
            BrokerConfig.Peers config,
            UnaryOperator<PeerLinks> tap,
            MeterRegistry metrics) {
        this.self = self;
        Node node = node(enrolment, registry);
        links = new NettyPeers(
                new LocalNode(enrolment.genesis().ledgerId(), self, tls(enrolment, node)),
                others(registry),
                settings(node.address(), config),
                loop,
                new SecureRandom(),
                metrics);
        traffic = tap.apply(links);
    }

    /** One that is no member any more listens where it did, and nobody comes. */
    private Node node(Enrolment enrolment, Registry registry) {
        Registry before = Registry.parse(enrolment.known().registry());
        for (Registry candidate : List.of(registry, before, enrolment.genesis().registry())) {
            Node node = candidate.node(self);
            if (node != null) {
                return node;
            }
        }
        throw new LedgerFailure(CeremonyCodes.STRANGER, "the registry never had a node of this one's number, " + self);
    }

    /** A farewell that a later registry has overtaken must not bring the links of its own time back. */
    private void leave(PeerDirectory then) {
        if (newest == then) {
            links.replacePeers(then);
        }
    }

    /** Nobody for one that is no member any more. */
    private PeerDirectory others(Registry registry) {
        return registry.node(self) == null ? PeerDirectory.empty() : PeerDirectory.of(registry, self);
    }

    /** All keys: first the one that the registry pins, then the others, the newest first. */
    private static List<TlsIdentity> tls(Enrolment enrolment, Node node) {
        List<TlsIdentity> all = new ArrayList<>(
                enrolment.identities().stream().map(NodeIdentity::tls).toList());
        Collections.reverse(all);
        all.sort(Comparator.comparing(tls -> !tls.pin().equals(node.pin())));
        return all;
    }

    /**
     * Another registry is in force. Who is no member any more is linked for a little while, to hear of it. Any thread.
     */
    void onRegistry(Registry registry) {
        PeerDirectory now = others(registry);
        newest = now;
        links.replacePeers(now.with(links.directory()));
        Future<?> unused = loop.schedule(() -> leave(now), FAREWELL_S, TimeUnit.SECONDS);
    }

    private static PeerSettings settings(PeerAddress named, BrokerConfig.Peers config) {
        String host = config.host().equals(BrokerConfig.Peers.AUTO) ? named.host() : config.host();
        return PeerSettings.of(host, config.port() == 0 ? named.port() : config.port());
    }

    @Override
    public void close() {
        links.close();
        verify.shutdownNow();
        verifyPayloads.shutdownNow();
        loop.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
}
