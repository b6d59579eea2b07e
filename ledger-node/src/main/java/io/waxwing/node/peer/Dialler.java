package io.waxwing.node.peer;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import io.waxwing.ledger.control.Registry.Node;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one connection to one node: dials, waits for its end, waits a little longer, dials again. Never two at a time.
 * Event loop only.
 */
final class Dialler {
    private static final Logger LOG = LoggerFactory.getLogger(NettyPeers.class);

    private final Edge edge;
    private final LinkKind kind;
    private final Bootstrap bootstrap;
    private final BackOff backOff;
    private final List<SslContext> tls;
    private final PinnedTrust.Rule rule;
    private Node node;
    private @Nullable Channel channel;
    private @Nullable ScheduledFuture<?> wait;
    // Which of this node's keys is shown: the other one may know a newer or an older registry.
    private int shown;
    private boolean opened;
    private long openedNanos;
    private boolean stopped;

    /** @param transport with loop, channel type and resolver */
    Dialler(Edge edge, Node node, LinkKind kind, Bootstrap transport, BackOff backOff) {
        this.edge = edge;
        this.node = node;
        this.kind = kind;
        this.backOff = backOff;
        this.rule = Pins.of(() -> this.node, edge.peers(), edge.ownPins());
        this.tls =
                edge.self().tls().stream().map(own -> PeerTls.client(own, rule)).toList();
        this.bootstrap = transport.clone().handler(new Pipeline());
    }

    private final class Pipeline extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel made) {
            made.pipeline().addLast(PeerTls.client(tls.get(shown), node.pin(), made.alloc()));
            made.pipeline()
                    .addLast(new Greeting(edge, rule, new Greeting.Dialled(() -> node, kind, Dialler.this::opened)));
        }
    }

    void dial() {
        wait = null;
        opened = false;
        InetSocketAddress address = InetSocketAddress.createUnresolved(
                node.address().host(), node.address().port());
        ChannelFuture attempt = bootstrap.connect(address);
        Channel made = attempt.channel();
        channel = made;
        Future<?> unused = attempt.addListener(done -> {
            if (!done.isSuccess()) {
                edge.metrics().dialFailed();
                LOG.debug("node {} cannot be reached at {}: {}", node.originId(), node.address(), done.cause());
                // A channel that could not even be made is never closed.
                ended(made);
            }
        });
        Future<?> unusedEnd = made.closeFuture().addListener(closed -> ended(made));
    }

    private void opened() {
        opened = true;
        openedNanos = System.nanoTime();
    }

    @SuppressWarnings("ReferenceEquality") // The very attempt; a later one may have taken its place.
    private void ended(Channel attempt) {
        if (channel != attempt) {
            return;
        }
        channel = null;
        if (stopped) {
            return;
        }
        int lastingMs = edge.settings().times().redialMaxMs();
        if (opened && System.nanoTime() - openedNanos >= TimeUnit.MILLISECONDS.toNanos(lastingMs)) {
            backOff.reset();
        }
        if (!opened) {
            shown = (shown + 1) % tls.size();
        }
        wait = bootstrap.config().group().schedule(this::dial, backOff.nextMs(), TimeUnit.MILLISECONDS);
    }

    /** The registry says something else of the node: an attempt under way is given up, an open link is not. */
    void retarget(Node other) {
        if (other.equals(node)) {
            return;
        }
        node = other;
        backOff.reset();
        Channel attempt = channel;
        if (attempt != null && !opened) {
            ChannelFuture unused = attempt.close();
        }
        if (cancelWait()) {
            dial();
        }
    }

    /** Dials no more; an open link is not touched. */
    void stop() {
        stopped = true;
        boolean unused = cancelWait();
        Channel attempt = channel;
        if (attempt != null && !opened) {
            ChannelFuture unusedClose = attempt.close();
        }
    }

    private boolean cancelWait() {
        ScheduledFuture<?> armed = wait;
        wait = null;
        return armed != null && armed.cancel(false);
    }
}
