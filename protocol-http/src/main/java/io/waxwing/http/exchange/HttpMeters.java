package io.waxwing.http.exchange;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.waxwing.bus.failure.FailureCode;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the HTTP port counts (experience.md section 8). Every label has a fixed, small set of values: protocol, code,
 * method, route, status class; never a topic, an id or a peer. What becomes durable or ordered is counted by the bus,
 * for all protocols together. Thread safe.
 */
public final class HttpMeters {
    private static final String PROTOCOL = "protocol";
    private static final String HTTP = "http";
    private static final String REASON = "reason";

    private final MeterRegistry registry;
    private final Counter received;
    private final Counter receivedBytes;
    private final Counter delivered;
    private final Counter receipts;
    private final Counter connectionsOpened;
    private final Counter connectionsClosed;
    private final Map<FailureCode, Counter> rejected = new ConcurrentHashMap<>();
    private final Counter transportFaults;
    private final Counter lateHeads;
    private final Map<String, Counter> requests = new ConcurrentHashMap<>();
    private final AtomicInteger streams = new AtomicInteger();
    private final AtomicInteger connections = new AtomicInteger();

    public HttpMeters(MeterRegistry registry) {
        this.registry = registry;
        this.received = counter("waxwing.events.received", "Events taken from publishers.");
        this.receivedBytes = counter("waxwing.events.received.bytes", "Payload bytes of events taken from publishers.");
        this.delivered = counter("waxwing.events.delivered", "Events written to subscribers.");
        this.receipts = Counter.builder("waxwing.receipts.issued")
                .description("Receipts handed out.")
                .register(registry);
        this.connectionsOpened = counter("waxwing.connections.opened", "Connections taken.");
        this.connectionsClosed = Counter.builder("waxwing.connections.closed")
                .description("Connections ended, by reason.")
                .tags(PROTOCOL, HTTP, REASON, "closed")
                .register(registry);
        this.transportFaults = counter("waxwing.connections.transport.faults", "Connections whose TLS failed.");
        this.lateHeads = Counter.builder("waxwing.http.head.timeouts")
                .description("Connections ended since a request's headers took too long.")
                .register(registry);
        Gauge.builder("waxwing.http.streams", streams, AtomicInteger::get)
                .description("Open event streams.")
                .register(registry);
        Gauge.builder("waxwing.connections", connections, AtomicInteger::get)
                .description("Open connections.")
                .tag(PROTOCOL, HTTP)
                .register(registry);
    }

    private Counter counter(String name, String description) {
        return Counter.builder(name)
                .description(description)
                .tag(PROTOCOL, HTTP)
                .register(registry);
    }

    public void eventReceived(int payloadBytes) {
        received.increment();
        receivedBytes.increment(payloadBytes);
    }

    public void eventRejected(FailureCode code) {
        rejected.computeIfAbsent(
                        code,
                        key -> Counter.builder("waxwing.events.rejected")
                                .description("Events that publishers sent and that were not taken.")
                                .tag(PROTOCOL, HTTP)
                                .tag(REASON, key.name().toLowerCase(Locale.ROOT))
                                .register(registry))
                .increment();
    }

    public void eventsDelivered(int count) {
        delivered.increment(count);
    }

    public void receiptIssued() {
        receipts.increment();
    }

    /** Counts one answered request; {@code route} is one of the fixed names of the router. */
    public void request(String method, String route, int status) {
        String statusClass = status / 100 + "xx";
        requests.computeIfAbsent(
                        method + ' ' + route + ' ' + statusClass,
                        key -> Counter.builder("waxwing.http.requests")
                                .description("Requests answered.")
                                .tag("method", method)
                                .tag("route", route)
                                .tag("status", statusClass)
                                .register(registry))
                .increment();
    }

    public void connectionOpened() {
        connectionsOpened.increment();
        connections.incrementAndGet();
    }

    public void connectionClosed() {
        connections.decrementAndGet();
        connectionsClosed.increment();
    }

    /** TLS failed. */
    public void transportFault() {
        transportFaults.increment();
    }

    /** A request's headers took too long. */
    public void lateHead() {
        lateHeads.increment();
    }

    /** Takes a place for a stream. @return false if {@code limit} are open */
    public boolean openStream(int limit) {
        if (streams.incrementAndGet() > limit) {
            streams.decrementAndGet();
            return false;
        }
        return true;
    }

    public void closeStream() {
        streams.decrementAndGet();
    }
}
