package io.waxwing.http.stream;

import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.delivery.Gap;
import io.waxwing.bus.delivery.Missed;
import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.http.cloudevents.EventWriting;

/** The text/event-stream format of the HTML standard. */
final class SseText {
    private final CursorSeal seal;

    SseText(CursorSeal seal) {
        this.seal = seal;
    }

    /** What opens a stream: how long to wait before reconnecting, and a first line so that headers leave at once. */
    static String opening(long retryMs) {
        return "retry: " + retryMs + "\n: waxwing\n\n";
    }

    static String heartbeat() {
        return ":\n\n";
    }

    /**
     * Appends one event. Its id is where to resume: the eventId on {@code ordered} topics, on any node; else a cursor
     * of this node.
     */
    void append(StringBuilder out, Delivery delivery) {
        Event event = delivery.event();
        out.append("id: ").append(idOf(event)).append('\n');
        appendData(out, event, EventWriting.structured(event, delivery.replayed()));
    }

    private static void appendData(StringBuilder out, Event event, String json) {
        String type = event.attributes().get(Attributes.TYPE);
        if (type != null) {
            out.append("event: ").append(type).append('\n');
        }
        int start = 0;
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            // Only white space between JSON tokens can be a line break here: inside strings it is escaped.
            if (c == '\n' || c == '\r') {
                out.append("data: ").append(json, start, i).append('\n');
                start = i + 1;
            }
        }
        out.append("data: ").append(json, start, json.length()).append("\n\n");
    }

    /** The same for an event that comes late: without an id, since the client is further already. */
    void appendLate(StringBuilder out, Delivery delivery) {
        appendData(out, delivery.event(), EventWriting.late(delivery.event(), delivery.replayed()));
    }

    /** Appends a gap; that the ledger found its events void is no new place. */
    static void append(StringBuilder out, Gap gap) {
        if (!gap.isVoid()) {
            out.append("id: ").append(GapText.place(gap)).append('\n');
        }
        out.append("event: gap\ndata: ").append(GapText.json(gap)).append("\n\n");
    }

    /** Appends what is not kept any more; no place to go on at. */
    static void append(StringBuilder out, Missed missed) {
        out.append("event: missed\ndata: ").append(MissedText.json(missed)).append("\n\n");
    }

    private String idOf(Event event) {
        return event.deliveryClass() == DeliveryClass.ORDERED && event.eventId() != null
                ? event.eventId().toString()
                : seal.seal(event.position());
    }
}
