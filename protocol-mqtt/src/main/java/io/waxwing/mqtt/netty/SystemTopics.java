package io.waxwing.mqtt.netty;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.Future;
import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.event.Payload;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.mqtt.session.SessionState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The node's own topics below {@code $SYS}, for MQTT clients. They are not on the bus: nobody publishes to them,
 * nothing of them is stored or ordered, and no wildcard at the beginning of a filter stands for them. A new
 * subscription gets the last values as retained ones, then all subscribers what has changed, with QoS 0; who does not
 * keep up loses some. Whether somebody may read them is judged like any topic. Thread safe.
 */
final class SystemTopics {
    private static final String FIRST_LEVEL = "$SYS";

    private final long intervalMillis;
    private final SystemFigures figures;
    private final Map<SystemSide, List<Subscription>> readers = new HashMap<>();
    private Map<String, String> last = Map.of();
    private volatile @Nullable EventLoop loop;
    private @Nullable Future<?> looking;

    SystemTopics(SystemSettings settings, MqttMetrics metrics) {
        this.intervalMillis = settings.intervalMillis();
        this.figures = new SystemFigures(metrics, settings.version(), System.nanoTime());
    }

    boolean areOffered() {
        return intervalMillis > 0;
    }

    /** Begins to look, on one of those threads. */
    void start(EventLoopGroup loops) {
        if (areOffered()) {
            EventLoop chosen = loops.next();
            loop = chosen;
            looking = chosen.scheduleAtFixedRate(this::look, 0, intervalMillis, TimeUnit.MILLISECONDS);
        }
    }

    void stop() {
        if (looking != null) {
            looking.cancel(false);
        }
    }

    /** Whether these topics are offered and something of a session is for them. */
    boolean concern(SessionState session) {
        return areOffered() && session.subscriptions().stream().anyMatch(kept -> concerns(kept.subscription()));
    }

    /** Whether these topics are offered and a subscription is for them. */
    boolean concern(Subscription subscription) {
        return areOffered() && concerns(subscription);
    }

    /** Whether a subscription is for these topics: its first level is written out. */
    static boolean concerns(Subscription subscription) {
        return !subscription.filter().isShared()
                && subscription.filter().levels().get(0).equals(FIRST_LEVEL);
    }

    /**
     * Takes note of what a connection reads.
     *
     * @param all of its subscriptions that concern these topics
     * @param told one of them that asks for the last values; null: none does
     */
    void read(SystemSide reader, List<Subscription> all, @Nullable Subscription told) {
        EventLoop at = loop;
        if (at == null) {
            return;
        }
        try {
            at.execute(() -> {
                if (all.isEmpty()) {
                    readers.remove(reader);
                } else {
                    readers.put(reader, all);
                }
                if (told != null) {
                    reader.offer(matching(last, List.of(told), true));
                }
            });
        } catch (RejectedExecutionException theNodeStops) {
            loop = null;
        }
    }

    private void look() {
        Map<String, String> now = figures.at(System.nanoTime());
        Map<String, String> changed = new HashMap<>(now);
        changed.entrySet().removeAll(last.entrySet());
        last = now;
        readers.forEach((reader, subscriptions) -> reader.offer(matching(changed, subscriptions, false)));
    }

    private static List<Delivery> matching(
            Map<String, String> values, List<Subscription> subscriptions, boolean retained) {
        List<Delivery> deliveries = new ArrayList<>();
        values.forEach((topic, value) -> {
            List<Subscription> matched = new ArrayList<>(subscriptions.size());
            for (Subscription subscription : subscriptions) {
                if (subscription.filter().matches(topic)) {
                    matched.add(subscription);
                }
            }
            if (!matched.isEmpty()) {
                deliveries.add(delivery(topic, value, matched, retained));
            }
        });
        return deliveries;
    }

    private static Delivery delivery(String topic, String value, List<Subscription> matched, boolean retained) {
        Event event = new Event(topic, Attributes.NONE, Payload.utf8(value), 0, DeliveryClass.LOCAL, null, 0, 0, "");
        return new Delivery(event, matched, retained, false);
    }
}
