package io.waxwing.stomp.session;

import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.filter.Cesql;
import io.waxwing.bus.topic.TopicFilter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * One subscription of a connection: its events that wait to be sent, in the order of arrival even if they come back,
 * and those that were sent and are not acknowledged. Both together are its window, which the bus fills and never
 * overfills. The session's event loop owns it, but for its fixed part, which any thread may read.
 */
public final class Feed {
    /** Objects and strings around an event, estimated. */
    private static final int OVERHEAD_BYTES = 128;

    private final @Nullable String id;
    private final Destination destination;
    private final TopicFilter filter;
    private final AckMode mode;
    private final int windowEvents;
    private final int windowBytes;
    private final PriorityQueue<Sent> waiting = new PriorityQueue<>(Comparator.comparingLong(Sent::order));
    private final Map<String, Sent> unacked = new LinkedHashMap<>();
    private @Nullable Cesql selector;
    private @Nullable String queue;
    private Receipts.@Nullable Owed owed;
    private @Nullable String receiptId;
    private long arrived;
    private long heldBytes;
    // Of the event that the bus had no room for; 0: there is none.
    private int wantedBytes;
    private boolean closed;

    Feed(@Nullable String id, Destination destination, TopicFilter filter, AckMode mode, int events, int bytes) {
        this.id = id;
        this.destination = destination;
        this.filter = filter;
        this.mode = mode;
        this.windowEvents = events;
        this.windowBytes = bytes;
    }

    /** Which topics. */
    public TopicFilter filter() {
        return filter;
    }

    /** Events that may wait for their sending or their acknowledgement. */
    public int windowEvents() {
        return windowEvents;
    }

    /** The same in bytes, as {@link #sizeBytes} counts them; one event of any size always fits. */
    public int windowBytes() {
        return windowBytes;
    }

    /** Bytes that an event holds. */
    public static int sizeBytes(Delivery delivery) {
        Event event = delivery.event();
        return OVERHEAD_BYTES
                + event.topic().length()
                + event.payload().size()
                + event.attributes().encoded().length;
    }

    @Nullable String id() {
        return id;
    }

    Destination destination() {
        return destination;
    }

    AckMode mode() {
        return mode;
    }

    /** The answer that waits until it is in force, and what an error in between refers to. */
    void asked(Receipts.@Nullable Owed answer, @Nullable String receipt) {
        owed = answer;
        receiptId = receipt;
    }

    /** Of the events that match its filter only those are sent for which this is true; null: all. */
    void selects(@Nullable Cesql by) {
        selector = by;
    }

    boolean selects(Delivery delivery) {
        return selector == null || selector.passes(delivery.event(), delivery.replayed());
    }

    Receipts.@Nullable Owed owed() {
        return owed;
    }

    @Nullable String receiptId() {
        return receiptId;
    }

    boolean isClosed() {
        return closed;
    }

    void close() {
        closed = true;
    }

    /** The durable subscription whose events it shares with others; null: it has all of its own. */
    public @Nullable String queue() {
        return queue;
    }

    void consumes(String name) {
        queue = name;
    }

    /** {@code earlier}: how often it was sent before. */
    void arrived(Delivery delivery, int earlier) {
        heldBytes += sizeBytes(delivery);
        waiting.add(new Sent(this, delivery, ++arrived, earlier));
    }

    /** The next one to send, which is then the caller's; null if there is none. */
    @Nullable Sent next() {
        return waiting.poll();
    }

    void unacked(Sent sent) {
        unacked.put(sent.messageId(), sent);
    }

    /** It is to be sent again, before all that came after it (A4). */
    void again(Sent sent) {
        unacked.remove(sent.messageId());
        waiting.add(sent);
    }

    /** What an acknowledgement of {@code sent} is about (A2). */
    List<Sent> meantBy(Sent sent) {
        if (mode == AckMode.CLIENT_INDIVIDUAL) {
            return List.of(sent);
        }
        List<Sent> meant = new ArrayList<>();
        for (Sent earlier : unacked.values()) {
            meant.add(earlier);
            if (earlier == sent) {
                return meant;
            }
        }
        return List.of();
    }

    Iterable<Sent> unacked() {
        return unacked.values();
    }

    /** It is done with. */
    void forget(Sent sent) {
        unacked.remove(sent.messageId());
        heldBytes -= sizeBytes(sent.delivery());
    }

    /** The bus has an event of that size that did not fit. */
    void starved(int sizeBytes) {
        wantedBytes = sizeBytes;
    }

    /** Whether the bus is to be told that there is room; true once for each time that there was none. */
    boolean endsHunger() {
        int held = waiting.size() + unacked.size();
        boolean room = held == 0
                || (held <= windowEvents / 2 && heldBytes <= windowBytes / 2 && heldBytes + wantedBytes <= windowBytes);
        if (wantedBytes == 0 || !room) {
            return false;
        }
        wantedBytes = 0;
        return true;
    }
}
