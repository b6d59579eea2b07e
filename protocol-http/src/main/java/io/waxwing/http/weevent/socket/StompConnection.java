package io.waxwing.http.weevent.socket;

import io.netty.channel.EventLoop;
import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.identity.Credentials;
import io.waxwing.bus.identity.Login;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.spi.Authentication;
import io.waxwing.http.weevent.Generation;
import io.waxwing.http.weevent.LiveSubscriptions;
import io.waxwing.http.weevent.TopicPattern;
import io.waxwing.http.weevent.WeEventCode;
import io.waxwing.http.weevent.WeEventFault;
import io.waxwing.http.weevent.session.Feed;
import io.waxwing.http.weevent.session.Output;
import io.waxwing.http.weevent.session.Sending;
import io.waxwing.http.weevent.session.WeEventSession;
import io.waxwing.stomp.frame.Frame;
import io.waxwing.stomp.frame.StompVersion;
import io.waxwing.stomp.wire.FrameDecoder;
import io.waxwing.stomp.wire.FrameEncoder;
import io.waxwing.stomp.wire.Malformed;
import io.waxwing.stomp.wire.WireLimits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out what a session wants. On the event loop, but for what is said of other threads. */
final class StompConnection implements Output {
    private static final Logger LOG = LoggerFactory.getLogger(StompConnection.class);
    /** Frames that wait for their answers, and answers that wait for the client: beyond it nothing more is read. */
    private static final int WINDOW = 64;
    /** Bytes of what waits to be published. */
    private static final int HELD_BYTES = 4 << 20;
    /** Texts that wait for the client: beyond it no further event is made one. */
    private static final int OUTBOX = 64;

    private final Node node;
    private final EventLoop loop;
    private final Peer peer;
    private final WeEventSession session;
    private final FrameDecoder decoder;
    private final Chores chores;
    private final Publications publications;
    private final Deliveries deliveries;
    private final Map<Feed, BusFeed> feeds = new HashMap<>();
    private final Queue<String> outbox = new ArrayDeque<>();
    // What came while nothing was read: at most one message.
    private final ArrayDeque<byte[]> unread = new ArrayDeque<>(1);
    private @Nullable Transport transport;
    private @Nullable Future<?> timeout;
    private boolean held;
    // Set once, read by whoever looks for connections that are over.
    private volatile @Nullable Access access;

    StompConnection(Node node, EventLoop loop, Generation generation, Peer peer) {
        this.node = node;
        this.loop = loop;
        this.peer = peer;
        this.session = new WeEventSession(
                generation,
                node.parts().scopes(),
                node.settings(),
                () -> UUID.randomUUID().toString(),
                System.nanoTime());
        int bytes = node.settings().messageBytes();
        this.decoder = new FrameDecoder(
                new WireLimits(32, 128, 8 << 10, Math.max(64 << 10, bytes), bytes, Math.max(64 << 10, bytes)));
        // There is no other here, whatever CONNECT asks for.
        this.decoder.version(StompVersion.V1_1);
        this.chores = new Chores(node.slow(), loop);
        this.publications = new Publications(
                node.parts().publishing(), node.bus(), loop, node.meters(), chores, (sending, result) -> {
                    session.onSent(sending, result, this);
                    settled();
                });
        this.deliveries = new Deliveries(node, loop, this);
    }

    /** Begins; texts come and go from now on. */
    void begin(Transport by) {
        transport = by;
        timeout = loop.schedule(
                () -> session.onTimeout(System.nanoTime(), this),
                TimeUnit.NANOSECONDS.toMillis(session.nextTimeoutNanos() - System.nanoTime()) + 1,
                TimeUnit.MILLISECONDS);
    }

    // ---- from the client

    /** Whole messages or pieces of them. */
    void onBytes(byte[] bytes) {
        unread.add(bytes);
        readOn();
    }

    private void readOn() {
        try {
            while (!unread.isEmpty() && !session.isClosed() && !session.isLoggingIn()) {
                byte[] next = unread.remove();
                int at = decoder.read(next, 0, next.length);
                if (at < next.length) {
                    unread.addFirst(Arrays.copyOfRange(next, at, next.length));
                }
                Frame frame = decoder.take();
                if (frame != null) {
                    session.onFrame(frame, this);
                }
            }
        } catch (Malformed malformed) {
            session.onMalformed(malformed.refusal(), this);
        } catch (RuntimeException failed) {
            LOG.error("WXW-1399 the session of one connection of WeEvent's failed and is closed", failed);
            session.fail(new Refusal(FailureCode.INTERNAL, "see the node's log for this time"), this);
        }
    }

    /** Whether the client has to wait before it sends more; {@link Transport#readOn} ends that. */
    boolean isBusy() {
        held = session.isClosed()
                || !unread.isEmpty()
                || publications.unanswered() + chores.size() + outbox.size() >= WINDOW
                || publications.heldBytes() > HELD_BYTES;
        return held;
    }

    /** The client is gone. */
    void lost() {
        session.onConnectionLost(this);
    }

    // ---- to the client

    /** The next text, null if there is none. */
    @Nullable String poll() {
        return outbox.poll();
    }

    /** The client has taken what was polled. */
    void onRoom() {
        deliveries.more();
        settled();
    }

    boolean hasRoom() {
        return outbox.size() < OUTBOX && !session.isClosed();
    }

    private void settled() {
        Transport to = transport;
        if (held && to != null && !isBusy()) {
            to.readOn();
        }
    }

    WeEventSession session() {
        return session;
    }

    @Override
    public void send(Frame frame) {
        outbox.add(new String(FrameEncoder.encode(frame, StompVersion.V1_1), StandardCharsets.UTF_8));
        Transport to = transport;
        if (to != null) {
            to.wake();
        }
    }

    @Override
    public void close() {
        if (timeout != null) {
            timeout.cancel(false);
        }
        chores.clear();
        publications.end();
        deliveries.end();
        Transport to = transport;
        if (to != null) {
            to.finish();
        }
    }

    // ---- who it is

    @Override
    public void login(Frame connect) {
        Authentication authentication = node.authentication();
        if (!authentication.isRequired()) {
            admitted(authentication.open());
            return;
        }
        Credentials said = Credentials.of(connect.header("login"), connect.header("passcode"));
        Login login = new Login(said == null ? peer.certificate().get() : said, "weevent", peer.address(), null);
        authentication.authenticate(login, new Authentication.Answer() {
            @Override
            public void admitted(Access may) {
                StompConnection.this.admitted(may);
            }

            @Override
            public void refused(Refusal refusal) {
                loop.execute(() -> {
                    session.onNotAdmitted(refusal, StompConnection.this);
                    readOn();
                    settled();
                });
            }
        });
    }

    private void admitted(Access may) {
        loop.execute(() -> {
            access = may;
            session.onAdmitted(may, this);
            if (timeout != null && session.nextTimeoutNanos() == Long.MAX_VALUE) {
                timeout.cancel(false);
            }
            readOn();
            settled();
        });
    }

    /** Any thread: the client was let in and may not be here any more. */
    boolean isOver() {
        Access may = access;
        return may != null && may.isOver();
    }

    /** Any thread: the node ends it. */
    void end(Refusal refusal) {
        loop.execute(() -> session.fail(refusal, this));
    }

    String address() {
        return peer.place();
    }

    // ---- publishing and subscribing

    @Override
    public void publish(Sending sending) {
        publications.publish(sending);
    }

    @Override
    public void subscribe(Feed feed) {
        Access may = session.access();
        if (may == null) {
            return;
        }
        BusFeed busFeed = new BusFeed(feed, this, may, System.currentTimeMillis());
        feeds.put(feed, busFeed);
        chores.add(
                () -> start(feed, may),
                start -> {
                    begin(busFeed, start);
                    settled();
                },
                thrown -> {
                    session.onNotSubscribed(feed, fault(thrown), this);
                    settled();
                });
    }

    /** Where it begins; reads the store. */
    private StartFrom start(Feed feed, Access may) {
        for (TopicPattern pattern : feed.terms().patterns()) {
            if (pattern.isTopic()) {
                node.parts().desk().requireSubscribable(pattern.filter().toString(), may);
            }
        }
        if (feed.isFromNow()) {
            return StartFrom.NEXT;
        }
        if (feed.isFromFirst()) {
            return StartFrom.FIRST;
        }
        return feed.afterHeight() >= 0
                ? new StartFrom.AtTime(node.parts().desk().blockTime(feed.afterHeight()))
                : new StartFrom.After(node.parts()
                        .desk()
                        .known(feed.terms().scope(), feed.terms().offset(), may));
    }

    private void begin(BusFeed busFeed, StartFrom start) {
        Feed feed = busFeed.feed();
        if (feed.isEnded()) {
            return;
        }
        LiveSubscriptions.Live before =
                node.parts().live().put(busFeed.access().principal().name(), feed.subscriptionId(), busFeed);
        if (before != null) {
            before.takenOver();
        }
        if (feed.terms().ephemeral()) {
            onSubscribed(busFeed);
        } else {
            busFeed.attach(node.bus(), start);
        }
    }

    @Override
    public void unsubscribe(Feed feed) {
        BusFeed busFeed = feeds.remove(feed);
        if (busFeed != null) {
            node.parts().live().remove(busFeed.access().principal().name(), feed.subscriptionId(), busFeed);
            deliveries.forget(busFeed);
            busFeed.detach();
        }
    }

    private void onSubscribed(BusFeed busFeed) {
        session.onSubscribed(busFeed.feed(), System.nanoTime(), this);
        deliveries.more();
    }

    /** Any thread. */
    void subscribed(BusFeed busFeed) {
        loop.execute(() -> onSubscribed(busFeed));
    }

    /** Any thread. */
    void refused(BusFeed busFeed, Refusal refusal) {
        loop.execute(() -> session.onNotSubscribed(busFeed.feed(), WeEventFault.of(refusal), this));
    }

    /** Any thread. */
    void takenOver(BusFeed busFeed) {
        loop.execute(() -> session.onTakenOver(busFeed.feed(), this));
    }

    /** Any thread: there are events for it. */
    void offered(BusFeed busFeed) {
        deliveries.offered(busFeed);
    }

    /** Any thread. */
    boolean wants(Feed feed, String topic) {
        return feed.wants(topic, node.parts().scopes());
    }

    /** Any thread. */
    void lostEphemeral() {
        node.weEventMeters().lostEphemeral();
    }

    /** What is told of anything that was thrown; a fault of the node itself is logged. */
    static WeEventFault fault(RuntimeException thrown) {
        WeEventFault known = WeEventFault.known(thrown);
        if (known != null) {
            return known;
        }
        LOG.error("WXW-1399 a request of one connection of WeEvent's failed", thrown);
        return new WeEventFault(WeEventCode.FAILED, "WXW-1399 see the node's log for this time");
    }
}
