package io.waxwing.mqtt.netty;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.mqtt.session.CloseReason;
import io.waxwing.mqtt.session.DropReason;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The figures of one listener. Labels come from enums, so their number is bounded. Thread safe. */
final class MqttMetrics {
    private static final String PROTOCOL = "protocol";
    private static final String MQTT = "mqtt";
    private static final String REASON = "reason";
    private static final List<FailureCode> REFUSALS =
            List.of(FailureCode.CONNECTION_LIMIT, FailureCode.CONNECTION_RATE, FailureCode.SESSION_LIMIT);

    private final AtomicInteger connections = new AtomicInteger();
    private final Counter opened;
    private final Counter received;
    private final Counter receivedBytes;
    private final Counter delivered;
    private final Counter deliveredBytes;
    private final Counter packetsIn;
    private final Counter packetsOut;
    private final Counter bytesIn;
    private final Counter bytesOut;
    private final MeterRegistry registry;
    private final Counter lateAcks;
    private final Counter transportFaults;
    private final AtomicInteger parked = new AtomicInteger();
    private final Counter expired;
    private final Counter unstored;
    private final Counter throttled;
    private final Map<CloseReason, Counter> closed = new EnumMap<>(CloseReason.class);
    private final Map<DropReason, Counter> dropped = new EnumMap<>(DropReason.class);
    private final Map<FailureCode, Counter> refused = new EnumMap<>(FailureCode.class);
    private final Map<FailureCode, Counter> rejected = new EnumMap<>(FailureCode.class);

    MqttMetrics(MeterRegistry registry) {
        this.registry = registry;
        Gauge.builder("waxwing.connections", connections, AtomicInteger::get)
                .description("Network connections that are open")
                .tag(PROTOCOL, MQTT)
                .register(registry);
        opened = counter(registry, "waxwing.connections.opened", "Network connections accepted");
        received = counter(registry, "waxwing.events.received", "Events received from publishers");
        receivedBytes =
                bytes(registry, "waxwing.events.received.bytes", "Payload bytes of events received from publishers");
        delivered = counter(registry, "waxwing.events.delivered", "Events sent to subscribers");
        deliveredBytes =
                bytes(registry, "waxwing.events.delivered.bytes", "Payload bytes of events sent to subscribers");
        packetsIn = counter(registry, "waxwing.mqtt.packets.received", "Packets of all types from clients");
        packetsOut = counter(registry, "waxwing.mqtt.packets.sent", "Packets of all types to clients");
        bytesIn = bytes(registry, "waxwing.mqtt.packets.received.bytes", "Bytes of packets from clients");
        bytesOut = bytes(registry, "waxwing.mqtt.packets.sent.bytes", "Bytes of packets to clients");
        transportFaults = counter(
                registry, "waxwing.connections.transport.faults", "Connections ended by a fault of TLS or WebSocket");
        lateAcks = counter(registry, "waxwing.acks.late", "Acknowledgements whose connection was gone");
        Gauge.builder("waxwing.mqtt.sessions.away", parked, AtomicInteger::get)
                .description("Durable sessions whose client is not connected")
                .register(registry);
        expired = counter(registry, "waxwing.mqtt.sessions.expired", "Durable sessions that ended by their expiry");
        unstored = counter(registry, "waxwing.mqtt.sessions.unstored", "Changes of sessions that could not be stored");
        throttled = counter(
                registry, "waxwing.mqtt.throttled", "Times a client was not read from because it published too fast");
        for (CloseReason reason : CloseReason.values()) {
            closed.put(
                    reason,
                    Counter.builder("waxwing.connections.closed")
                            .description("Network connections ended, by reason")
                            .tags(PROTOCOL, MQTT, REASON, reason.word())
                            .register(registry));
        }
        for (DropReason reason : DropReason.values()) {
            dropped.put(
                    reason,
                    Counter.builder("waxwing.events.dropped")
                            .description("Events that matched a subscriber and were not sent to it")
                            .tag(REASON, reason.word())
                            .register(registry));
        }
        for (FailureCode code : REFUSALS) {
            refused.put(
                    code,
                    Counter.builder("waxwing.connections.refused")
                            .description("Clients turned away because of a bound")
                            .tags(PROTOCOL, MQTT, REASON, code.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        for (FailureCode code : FailureCode.values()) {
            rejected.put(
                    code,
                    Counter.builder("waxwing.events.rejected")
                            .description("Events that were not taken from a publisher")
                            .tags(PROTOCOL, MQTT, REASON, code.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
    }

    void opened() {
        connections.incrementAndGet();
        opened.increment();
    }

    int connections() {
        return connections.get();
    }

    /** A client was turned away. */
    void refused(FailureCode code) {
        increment(refused.get(code));
    }

    void closed(CloseReason reason) {
        connections.decrementAndGet();
        increment(closed.get(reason));
    }

    void received(int sizeBytes) {
        received.increment();
        receivedBytes.increment(sizeBytes);
    }

    void rejected(FailureCode code) {
        increment(rejected.get(code));
    }

    void delivered(int sizeBytes) {
        delivered.increment();
        deliveredBytes.increment(sizeBytes);
    }

    void packetIn(int sizeBytes) {
        packetsIn.increment();
        bytesIn.increment(sizeBytes);
    }

    void packetOut(int sizeBytes) {
        packetsOut.increment();
        bytesOut.increment(sizeBytes);
    }

    double packetsIn() {
        return packetsIn.count();
    }

    double packetsOut() {
        return packetsOut.count();
    }

    double bytesIn() {
        return bytesIn.count();
    }

    double bytesOut() {
        return bytesOut.count();
    }

    double eventsIn() {
        return received.count();
    }

    double eventsOut() {
        return delivered.count();
    }

    double payloadIn() {
        return receivedBytes.count();
    }

    double payloadOut() {
        return deliveredBytes.count();
    }

    double eventsDropped() {
        return dropped.values().stream().mapToDouble(Counter::count).sum();
    }

    double clientsEver() {
        return opened.count();
    }

    double sessionsExpired() {
        return expired.count();
    }

    int sessionsAway() {
        return parked.get();
    }

    /** A figure of the node's that is not MQTT's alone; 0 where there is none. */
    double ofNode(String name) {
        Gauge gauge = registry.find(name).gauge();
        return gauge == null ? 0 : gauge.value();
    }

    void dropped(DropReason reason, int events) {
        Counter counter = dropped.get(reason);
        if (counter != null) {
            counter.increment(events);
        }
    }

    void parked(int change) {
        parked.addAndGet(change);
    }

    void expired() {
        expired.increment();
    }

    void throttled() {
        throttled.increment();
    }

    void unstored() {
        unstored.increment();
    }

    void dropped(DropReason reason) {
        increment(dropped.get(reason));
    }

    void transportFault() {
        transportFaults.increment();
    }

    void lateAck() {
        lateAcks.increment();
    }

    private static void increment(@Nullable Counter counter) {
        if (counter != null) {
            counter.increment();
        }
    }

    private static Counter bytes(MeterRegistry registry, String name, String description) {
        return Counter.builder(name)
                .description(description)
                .baseUnit(BaseUnits.BYTES)
                .tag(PROTOCOL, MQTT)
                .register(registry);
    }

    private static Counter counter(MeterRegistry registry, String name, String description) {
        return Counter.builder(name)
                .description(description)
                .tag(PROTOCOL, MQTT)
                .register(registry);
    }
}
