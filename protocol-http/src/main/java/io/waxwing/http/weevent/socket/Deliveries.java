package io.waxwing.http.weevent.socket;

import io.netty.channel.EventLoop;
import io.waxwing.bus.event.Event;
import io.waxwing.http.weevent.Desk;
import io.waxwing.http.weevent.ShownEvent;
import io.waxwing.http.weevent.session.Feed;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of events from a connection's subscriptions to its client: taken in turn, their places on the ledger looked
 * up, a few at a time, on a thread that may wait. So no more is in memory than the queues and one batch.
 */
final class Deliveries {
    private static final Logger LOG = LoggerFactory.getLogger(Deliveries.class);
    private static final int BATCH_EVENTS = 32;
    private static final int BATCH_BYTES = 1 << 20;
    private static final long AGAIN_MS = 5;
    private static final String TAG = "weevent-tag";

    private final Node node;
    private final EventLoop loop;
    private final StompConnection connection;
    // Subscriptions that were offered something since they were looked at; any thread adds.
    private final Queue<BusFeed> offered = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean awake = new AtomicBoolean();
    // Those that may have events, in turn.
    private final Set<BusFeed> active = new LinkedHashSet<>();
    private boolean preparing;
    private boolean ended;
    private @Nullable Future<?> holdBack;

    private record Item(
            BusFeed feed, @Nullable Event event, @Nullable ShownEvent shown) {}

    Deliveries(Node node, EventLoop loop, StompConnection connection) {
        this.node = node;
        this.loop = loop;
        this.connection = connection;
    }

    /** Any thread. */
    void offered(BusFeed feed) {
        offered.add(feed);
        if (!awake.getAndSet(true)) {
            loop.execute(() -> {
                awake.set(false);
                more();
            });
        }
    }

    /** Sends what can be sent now. */
    void more() {
        for (BusFeed feed = offered.poll(); feed != null; feed = offered.poll()) {
            feed.looked();
            active.add(feed);
        }
        if (preparing || ended || active.isEmpty() || !connection.hasRoom()) {
            return;
        }
        List<Item> batch = take();
        if (!batch.isEmpty()) {
            preparing = true;
            prepare(batch);
        }
    }

    private List<Item> take() {
        long now = System.nanoTime();
        long opensAt = Long.MAX_VALUE;
        List<Item> batch = new ArrayList<>();
        int bytes = 0;
        for (BusFeed feed : List.copyOf(active)) {
            if (batch.size() >= BATCH_EVENTS || bytes >= BATCH_BYTES) {
                break;
            }
            active.remove(feed);
            Feed of = feed.feed();
            if (of.isEnded()) {
                continue;
            }
            if (!of.isReady(now)) {
                // Before the RECEIPT there is no time to wait for; the RECEIPT asks again.
                opensAt = of.opensAtNanos() == 0 ? opensAt : Math.min(opensAt, of.opensAtNanos() - now);
                active.add(feed);
                continue;
            }
            while (batch.size() < BATCH_EVENTS && bytes < BATCH_BYTES) {
                BusFeed.Waiting next = feed.poll();
                if (next == null) {
                    break;
                }
                bytes += next.event() == null ? 0 : next.event().payload().size();
                batch.add(new Item(feed, next.event(), next.ephemeral()));
            }
            feed.relieve();
            if (!feed.isEmpty()) {
                active.add(feed);
            }
        }
        lookAgain(opensAt);
        return batch;
    }

    private void lookAgain(long nanos) {
        if (nanos != Long.MAX_VALUE && holdBack == null) {
            holdBack = loop.schedule(
                    () -> {
                        holdBack = null;
                        more();
                    },
                    Math.max(0, nanos) + 1,
                    TimeUnit.NANOSECONDS);
        }
    }

    private void prepare(List<Item> batch) {
        boolean taken = node.slow().submit(() -> {
            try {
                List<Item> shown = shown(batch);
                loop.execute(() -> send(shown));
            } catch (RuntimeException failed) {
                loop.execute(() -> fail(failed));
            }
        });
        if (!taken) {
            var unused = loop.schedule(() -> prepare(batch), AGAIN_MS, TimeUnit.MILLISECONDS);
        }
    }

    /** What is left out has no tag, or another one. */
    private List<Item> shown(List<Item> batch) {
        Desk desk = node.parts().desk();
        List<Item> all = new ArrayList<>();
        for (Item item : batch) {
            Feed.Terms terms = item.feed().feed().terms();
            ShownEvent shown = item.event() == null ? item.shown() : desk.show(terms.scope(), item.event());
            boolean tagged = shown != null
                    && (terms.tag() == null
                            || terms.tag().equals(shown.extensions().get(TAG)));
            if (tagged) {
                all.add(new Item(item.feed(), null, shown));
            }
        }
        return all;
    }

    private void send(List<Item> batch) {
        preparing = false;
        int sent = 0;
        for (Item item : batch) {
            ShownEvent shown = item.shown();
            if (shown != null && !ended && !item.feed().feed().isEnded()) {
                connection.session().onEvent(item.feed().feed(), shown, connection);
                sent++;
            }
        }
        node.meters().eventsDelivered(sent);
        more();
    }

    /**
     * What was taken from the queues is lost to this connection, so it ends, and the client goes on from what it has.
     */
    private void fail(RuntimeException failed) {
        LOG.error("WXW-1399 the events of one connection of WeEvent's could not be read", failed);
        connection.lost();
    }

    void forget(BusFeed feed) {
        active.remove(feed);
    }

    void end() {
        ended = true;
        active.clear();
        if (holdBack != null) {
            holdBack.cancel(false);
        }
    }
}
