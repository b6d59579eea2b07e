package io.waxwing.stomp.netty;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.stomp.session.CloseReason;
import io.waxwing.stomp.session.DropReason;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** The figures of all listeners. Labels come from enums, so their number is bounded. Thread safe. */
final class StompMetrics {
    private final MeterRegistry registry;
    private final AtomicInteger connections = new AtomicInteger();
    private final Counter opened;
    private final Counter received;
    private final Counter receivedBytes;
    private final Counter delivered;
    private final Counter lateAcks;
    private final Counter throttled;
    private final Counter transportFaults;

    StompMetrics(MeterRegistry registry) {
        this.registry = registry;
        Gauge.builder("waxwing.connections", connections, AtomicInteger::get)
                .description("Network connections that are open")
                .tag("protocol", "stomp")
                .register(registry);
        opened = counter("waxwing.connections.opened", "Network connections accepted");
        received = counter("waxwing.events.received", "Events received from publishers");
        receivedBytes = Counter.builder("waxwing.events.received.bytes")
                .description("Payload bytes of events received from publishers")
                .baseUnit(BaseUnits.BYTES)
                .tag("protocol", "stomp")
                .register(registry);
        delivered = counter("waxwing.events.delivered", "Events sent to subscribers");
        throttled = counter("waxwing.stomp.throttled", "Times nothing was read because a user's quota was used up");
        lateAcks = counter("waxwing.acks.late", "Acknowledgements whose connection was gone");
        transportFaults =
                counter("waxwing.connections.transport.faults", "Connections ended by a fault of TLS or WebSocket");
        // All are there from the start: a figure that appears with its first event is no base for an alarm.
        for (CloseReason reason : CloseReason.values()) {
            closedBy(reason);
        }
        for (DropReason reason : DropReason.values()) {
            droppedBy(reason);
        }
        for (FailureCode code : FailureCode.values()) {
            rejectedBy(code);
        }
    }

    void throttled() {
        throttled.increment();
    }

    void opened() {
        connections.incrementAndGet();
        opened.increment();
    }

    void closed(CloseReason reason) {
        connections.decrementAndGet();
        closedBy(reason).increment();
    }

    void received(int sizeBytes) {
        received.increment();
        receivedBytes.increment(sizeBytes);
    }

    void rejected(FailureCode code) {
        rejectedBy(code).increment();
    }

    void delivered() {
        delivered.increment();
    }

    void dropped(DropReason reason) {
        droppedBy(reason).increment();
    }

    void lateAck() {
        lateAcks.increment();
    }

    void transportFault() {
        transportFaults.increment();
    }

    private Counter closedBy(CloseReason reason) {
        return counter("waxwing.connections.closed", "Network connections ended, by reason", "reason", reason.word());
    }

    private Counter rejectedBy(FailureCode code) {
        String word = code.name().toLowerCase(Locale.ROOT);
        return counter("waxwing.events.rejected", "Events that were not taken from a publisher", "reason", word);
    }

    private Counter droppedBy(DropReason reason) {
        return Counter.builder("waxwing.events.dropped")
                .description("Events that matched a subscriber and were not sent to it")
                .tag("reason", reason.word())
                .register(registry);
    }

    private Counter counter(String name, String description, String... tags) {
        return Counter.builder(name)
                .description(description)
                .tag("protocol", "stomp")
                .tags(tags)
                .register(registry);
    }
}
