package io.waxwing.broker;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.waxwing.broker.config.BrokerConfig;
import io.waxwing.broker.runtime.Pools;
import io.waxwing.ledger.control.GenesisFile;
import io.waxwing.ledger.control.PeerAddress;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.control.Registry.Node;
import io.waxwing.ledger.spi.PeerLinks;
import io.waxwing.node.crypto.TlsIdentity;
import io.waxwing.node.peer.LocalNode;
import io.waxwing.node.peer.NettyPeers;
import io.waxwing.node.peer.PeerDirectory;
import io.waxwing.node.peer.PeerSettings;
import java.security.SecureRandom;
import java.util.Objects;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** The links of a member to the nodes of the other institutions, with the threads that carry and check what comes. */
final class Peering implements AutoCloseable {
    private static final int VERIFY_THREADS = 1;
    private static final int VERIFY_QUEUED = 8192;

    final NettyPeers links;
    /** The same for those who send and receive. */
    final PeerLinks traffic;
    /** For what consensus says and asks. */
    final ThreadPoolExecutor verify = Pools.bounded("verify", VERIFY_THREADS, VERIFY_QUEUED);
    /** For payloads, which must not stand in front of votes. */
    final ThreadPoolExecutor verifyPayloads = Pools.bounded("payload", VERIFY_THREADS, VERIFY_QUEUED);

    private final EventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, Pools.threads("peer-io"), NioIoHandler.newFactory());

    /** {@code tap} stands between the links and everybody who uses them. */
    Peering(
            GenesisFile genesis,
            int self,
            TlsIdentity tls,
            BrokerConfig.Peers config,
            UnaryOperator<PeerLinks> tap,
            MeterRegistry metrics) {
        Registry registry = genesis.registry();
        Node node = Objects.requireNonNull(registry.node(self), "a member of a genesis has a node");
        links = new NettyPeers(
                new LocalNode(genesis.ledgerId(), self, tls),
                PeerDirectory.of(registry, self),
                settings(node.address(), config),
                loop,
                new SecureRandom(),
                metrics);
        traffic = tap.apply(links);
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
