package io.waxwing.node.peer;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import io.waxwing.ledger.control.Registry.Node;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.spi.PeerLinks;
import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Links over TCP and TLS 1.3 to every node of the registry, two to each: one for CONSENSUS, one for the rest.
 *
 * <p>The node with the smaller originId dials, the other accepts; a dial the other way is refused. So two nodes never
 * dial each other across, and of two connections of one kind the newer is the one its dialler believes in: it takes the
 * place of the older. Each side proves by TLS that it has the key whose pin the registry gives to the number it claims;
 * there are no certificate authorities and no host names. {@link Hello} is the handshake, {@link FrameDecoder} the
 * framing. What arrives too fast is left in the socket ({@link ReadBudget}), what cannot be sent is refused
 * ({@link Outbox}).
 *
 * <p>All sockets are on one event loop. {@link #send}, {@link #peers}, {@link #connected} and {@link #replacePeers}
 * take any thread; {@link #start} and {@link #close} one that may wait, never an event loop. Host names are asked of
 * DNS and the hosts file without blocking.
 */
public final class NettyPeers implements PeerLinks, AutoCloseable {
    /** The address cannot be bound. */
    public static final String ADDRESS = "WXW-3160";

    private static final int BACKLOG = 128;
    /** What the socket's queue takes before frames wait in the {@link Outbox}. */
    private static final WriteBufferWaterMark WATER_MARKS = new WriteBufferWaterMark(64 << 10, 256 << 10);

    private static final long CLOSE_WAIT_MS = 5_000;

    private final Edge edge;
    private final EventLoop loop;
    private final RandomGenerator random;
    private final LinkTable table = new LinkTable();
    private final ChannelGroup channels;
    private final DnsAddressResolverGroup resolver;
    private final Bootstrap transport;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile PeerDirectory peers;
    // Event loop only.
    private final Map<Integer, Map<LinkKind, Dialler>> diallers = new HashMap<>();
    private boolean running;

    /**
     * Nothing is bound or dialled before {@link #start}.
     *
     * @param loops over Java NIO; one of them is used, and none is shut down here
     * @param random for the waits between two attempts to dial and for {@link Hello}; not a predictable one
     */
    public NettyPeers(
            LocalNode self,
            PeerDirectory peers,
            PeerSettings settings,
            EventLoopGroup loops,
            RandomGenerator random,
            MeterRegistry registry) {
        this.peers = peers;
        this.loop = loops.next();
        this.random = random;
        this.channels = new DefaultChannelGroup(loop, true);
        this.edge = new Edge(
                self,
                random.nextLong(),
                () -> this.peers,
                settings,
                table,
                new HalfOpen(settings.limits().halfOpen()),
                new Receivers(),
                new PeerMetrics(registry, table),
                new FaultLog());
        this.resolver = new DnsAddressResolverGroup(
                NioDatagramChannel.class, DnsServerAddressStreamProviders.platformDefault());
        this.transport = new Bootstrap()
                .group(loop)
                .channelFactory(this::dialled)
                .resolver(resolver)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, settings.times().handshakeMs())
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARKS);
    }

    private NioSocketChannel dialled() {
        NioSocketChannel made = new NioSocketChannel();
        channels.add(made);
        return made;
    }

    @Override
    public List<Integer> peers() {
        return peers.ids();
    }

    /** The nodes whose consensus link is up, in rising order. Any thread. */
    public List<Integer> connected() {
        return peers().stream()
                .filter(peer -> table.get(LinkKind.CONSENSUS, peer) != null)
                .toList();
    }

    @Override
    public boolean isUp(int peer, Channel channel) {
        return table.get(LinkKind.of(channel), peer) != null;
    }

    @Override
    public boolean send(int peer, Channel channel, byte[] frame) {
        if (frame.length > MAX_FRAME_BYTES) {
            throw new IllegalArgumentException(
                    "a frame of " + frame.length + " bytes, the limit is " + MAX_FRAME_BYTES);
        }
        Link link = table.get(LinkKind.of(channel), peer);
        if (link == null) {
            edge.metrics().noLink(channel);
            return false;
        }
        if (!link.send(channel, frame)) {
            edge.metrics().full(channel);
            return false;
        }
        return true;
    }

    @Override
    public void receive(Channel channel, Receiver receiver) {
        edge.receivers().set(channel, receiver);
    }

    @Override
    public void onUp(UpListener listener) {
        edge.receivers().setUp(listener);
    }

    /**
     * Binds, accepts and dials from now on.
     *
     * @return the address bound, with the real port if 0 was asked for
     * @throws LedgerFailure WXW-3160 if the address cannot be bound
     */
    public InetSocketAddress start() {
        PeerSettings settings = edge.settings();
        ChannelFuture bound = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARKS)
                .childHandler(new Accepted())
                .bind(settings.host(), settings.port())
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new LedgerFailure(
                    ADDRESS,
                    "other nodes cannot be listened for on " + settings.host() + ":" + settings.port() + ": "
                            + bound.cause().getMessage());
        }
        channels.add(bound.channel());
        loop.submit(() -> {
                    running = true;
                    reconcile();
                })
                .syncUninterruptibly();
        return (InetSocketAddress) bound.channel().localAddress();
    }

    private final class Accepted extends ChannelInitializer<io.netty.channel.Channel> {
        private final PinnedTrust.Rule rule = Pins.anyOf(edge.peers(), edge.ownPins());
        private final Function<ByteBufAllocator, ChannelHandler> tls =
                PeerTls.server(edge.self().tls(), rule);

        @Override
        protected void initChannel(io.netty.channel.Channel made) {
            channels.add(made);
            made.pipeline().addLast(tls.apply(made.alloc()));
            made.pipeline().addLast(new Greeting(edge, rule, null));
        }
    }

    /**
     * From now on links lead to these nodes: those of others end, new ones are dialled, and a changed address counts
     * from the next dial. Links that stay are not touched. Any thread.
     */
    public void replacePeers(PeerDirectory others) {
        peers = others;
        loop.execute(this::reconcile);
    }

    /** The nodes that links lead to now. Any thread. */
    public PeerDirectory directory() {
        return peers;
    }

    private void reconcile() {
        if (!running) {
            return;
        }
        PeerDirectory now = peers;
        edge.metrics().peers(now.ids());
        for (Link link : table.all()) {
            Node node = now.node(link.peer());
            if (node == null || !node.pin().equals(link.pin())) {
                link.end(LinkFault.UNKNOWN_NODE, "the registry has no longer a node of that number and key");
            }
        }
        diallers.entrySet().removeIf(entry -> {
            boolean gone = now.node(entry.getKey()) == null;
            if (gone) {
                entry.getValue().values().forEach(Dialler::stop);
            }
            return gone;
        });
        for (Node node : now.nodes()) {
            if (node.originId() > edge.self().originId()) {
                diallers.computeIfAbsent(node.originId(), id -> diallersOf(node))
                        .values()
                        .forEach(dialler -> dialler.retarget(node));
            }
        }
    }

    private Map<LinkKind, Dialler> diallersOf(Node node) {
        PeerSettings.Times times = edge.settings().times();
        Map<LinkKind, Dialler> made = new EnumMap<>(LinkKind.class);
        for (LinkKind kind : LinkKind.values()) {
            BackOff backOff = new BackOff(times.redialMs(), times.redialMaxMs(), random);
            Dialler dialler = new Dialler(edge, node, kind, transport, backOff);
            made.put(kind, dialler);
            dialler.dial();
        }
        return made;
    }

    /**
     * Stops listening and dialling, ends the links, and waits a bounded time for the sockets. No receiver is called
     * afterwards. To be called while the loops run; again does nothing.
     */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        loop.submit(this::endAll).awaitUninterruptibly(CLOSE_WAIT_MS);
        boolean unused = channels.close().awaitUninterruptibly(CLOSE_WAIT_MS);
        resolver.close();
    }

    private void endAll() {
        running = false;
        diallers.values().forEach(of -> of.values().forEach(Dialler::stop));
        diallers.clear();
        table.all().forEach(Link::close);
        edge.metrics().peers(List.of());
    }
}
