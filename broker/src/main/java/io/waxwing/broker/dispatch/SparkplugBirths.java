package io.waxwing.broker.dispatch;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.waxwing.bus.delivery.Acknowledgement;
import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.spi.AckSink;
import io.waxwing.bus.spi.EventBus;
import io.waxwing.bus.topic.Topic;
import io.waxwing.bus.topic.TopicFilter;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the last birth of each Sparkplug edge node and device where a late host application finds it: what is delivered
 * on {@code spBv1.0/G/NBIRTH/E} and {@code spBv1.0/G/DBIRTH/E/D} is published again, retained, below
 * {@code $sparkplug/certificates/} (Sparkplug 3.0 section 10.1.4). The copies are events of class local of this node:
 * stored, never on the ledger, where the births themselves are, and never sent to others, who make their own of the
 * same births.
 *
 * <p>A copy that finds no room waits; a newer birth of its topic takes its place. Belongs to the core thread but for
 * the construction and {@link #start}.
 */
public final class SparkplugBirths implements Routes.Target, AckSink {
    private static final Logger LOG = LoggerFactory.getLogger(SparkplugBirths.class);
    private static final String PREFIX = "$sparkplug/certificates/";
    private static final List<String> BIRTHS = List.of("spBv1.0/+/NBIRTH/+", "spBv1.0/+/DBIRTH/+/+");
    /** Copies, and their bytes, that may wait for room; above, the oldest go. */
    private static final int WAITING_MAX = 1_024;

    private static final long WAITING_BYTES_MAX = 16 << 20;

    private static final long NO_TOKEN = 0;
    /** How MQTT subscribers that ask for RETAIN as published learn of it. */
    private static final String RETAIN_HEADER = "mqtt.retain";

    private final Dispatcher dispatcher;
    private final EventBus bus;
    private final String source;
    private final Map<String, EventDraft> waiting = new LinkedHashMap<>();
    private final Counter kept;
    private final Counter lost;
    private long waitingBytes;
    private boolean started;
    private boolean asked;

    /** Before the dispatcher delivers anything. {@code institution} is the authority of the copies' source. */
    public SparkplugBirths(Dispatcher dispatcher, EventBus bus, String institution, MeterRegistry metrics) {
        this.dispatcher = dispatcher;
        this.bus = bus;
        this.source = "//" + institution + "/sparkplug";
        this.kept = Counter.builder("waxwing.sparkplug.births")
                .description("Sparkplug births that were kept below $sparkplug/certificates/")
                .register(metrics);
        this.lost = Counter.builder("waxwing.sparkplug.births.lost")
                .description("Sparkplug births that could not be kept")
                .register(metrics);
        Gauge.builder("waxwing.sparkplug.births.waiting", this, SparkplugBirths::waiting)
                .description("Sparkplug births that wait for room to be kept")
                .register(metrics);
        for (String filter : BIRTHS) {
            dispatcher.routes().follow(this, TopicFilter.parse(filter));
        }
    }

    private int waiting() {
        return waiting.size();
    }

    /** The bus takes events from now on; what was delivered before waits for this. Any thread. */
    public void start() {
        dispatcher.command(() -> {
            started = true;
            publish();
        });
    }

    @Override
    public void deliver(Event birth, List<Subscription> none) {
        String topic = PREFIX + birth.topic();
        // An empty one would say that there is none; nobody is born with it.
        if (birth.payload().size() == 0 || isTooLong(topic)) {
            return;
        }
        EventDraft copy = copy(topic, birth);
        EventDraft older = waiting.remove(topic);
        waiting.put(topic, copy);
        waitingBytes += copy.sizeBytes() - (older == null ? 0 : older.sizeBytes());
        publish();
        for (Iterator<EventDraft> oldest = waiting.values().iterator(); isCrowded() && oldest.hasNext(); ) {
            waitingBytes -= oldest.next().sizeBytes();
            oldest.remove();
            lost.increment();
        }
    }

    private boolean isCrowded() {
        return waiting.size() > WAITING_MAX || waitingBytes > WAITING_BYTES_MAX;
    }

    private static boolean isTooLong(String topic) {
        // Of what Topic.check says only this can be new: that the name is the node's own is the point.
        return Topic.check("s" + topic.substring(1)) != null;
    }

    private EventDraft copy(String topic, Event birth) {
        Attributes.Builder attributes = new Attributes.Builder()
                .put(Attributes.SPECVERSION, "1.0")
                .put(Attributes.ID, "birth-" + birth.position())
                .put(Attributes.SOURCE, source)
                .put(Attributes.TYPE, Attributes.RAW_TYPE)
                .put(RETAIN_HEADER, "1");
        String contentType = birth.attributes().get(Attributes.DATACONTENTTYPE);
        if (contentType != null) {
            attributes.put(Attributes.DATACONTENTTYPE, contentType);
        }
        return new EventDraft(
                topic, attributes.build(), birth.payload(), birth.qos(), true, false, null, "", System.nanoTime());
    }

    /** As many as there is room for, in the order of their births. */
    private void publish() {
        if (!started) {
            return;
        }
        for (Iterator<EventDraft> next = waiting.values().iterator(); next.hasNext(); ) {
            EventDraft draft = next.next();
            if (!bus.publish(draft, NO_TOKEN, this)) {
                awaitRoom(draft.topic());
                return;
            }
            waitingBytes -= draft.sizeBytes();
            next.remove();
        }
    }

    private void awaitRoom(String topic) {
        if (!asked) {
            asked = true;
            bus.whenRoom(
                    topic,
                    () -> dispatcher.command(() -> {
                        asked = false;
                        publish();
                    }));
        }
    }

    /** Thread of the journal. */
    @Override
    public void acknowledged(long token, Acknowledgement acknowledgement) {
        kept.increment();
    }

    /** Any thread. */
    @Override
    public void refused(long token, Refusal refusal) {
        lost.increment();
        LOG.atWarn()
                .addKeyValue("code", refusal.code().text())
                .log("a Sparkplug birth is not kept below {}: {}", PREFIX, refusal.detail());
    }
}
