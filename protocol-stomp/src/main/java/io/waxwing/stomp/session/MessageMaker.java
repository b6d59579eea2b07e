package io.waxwing.stomp.session;

import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.event.EventId;
import io.waxwing.stomp.frame.Command;
import io.waxwing.stomp.frame.Frame;
import io.waxwing.stomp.frame.StompVersion;
import java.time.DateTimeException;
import java.time.OffsetDateTime;

/**
 * MESSAGE frames: what STOMP wants, what the bus knows of the event, its publisher's headers unchanged (H5), and every
 * attribute as {@code ce_<name>}. The server's own come first, so a publisher cannot replace one.
 */
final class MessageMaker {
    static final String EVENT_ID = "event-id";
    static final String REDELIVERED = "redelivered";

    private MessageMaker() {}

    static Frame message(Sent sent, StompVersion version) {
        Event event = sent.delivery().event();
        Feed feed = sent.feed();
        String messageId = sent.messageId();
        Frame.Builder out = Frame.of(Command.MESSAGE)
                .with(Frame.DESTINATION, feed.destination().like(event.topic()))
                .with(Frame.MESSAGE_ID, messageId)
                .withAny(Frame.SUBSCRIPTION, feed.id());
        if (version == StompVersion.V1_2 && feed.mode() != AckMode.AUTO) {
            out.with(Frame.ACK, messageId);
        }
        EventId eventId = event.eventId();
        if (eventId != null) {
            out.with(EVENT_ID, eventId.toString())
                    .with(StartWords.HEADER, Long.toString(eventId.topicSeq()))
                    .with(DraftMaker.PREFIX + "wxweventid", eventId.toString());
        }
        if (sent.times() > 1) {
            out.with(REDELIVERED, "true").with(DraftMaker.PREFIX + "wxwdelivery", Integer.toString(sent.times()));
        }
        if (sent.delivery().replayed()) {
            out.with(DraftMaker.PREFIX + "wxwreplay", "true");
        }
        publishers(event.attributes(), out);
        if (event.orderTimeMs() > 0) {
            out.with("timestamp", Long.toString(event.orderTimeMs()));
        }
        return out.body(event.payload());
    }

    private static void publishers(Attributes attributes, Frame.Builder out) {
        out.withAny(Frame.CONTENT_TYPE, attributes.get(Attributes.DATACONTENTTYPE));
        String users = attributes.get(UserHeaders.NAME);
        if (users != null) {
            UserHeaders.forEach(
                    users, (name, value) -> out.withAny(name, value == null ? attributes.get(name) : value));
        }
        attributes.forEach((name, value) -> {
            if (Attributes.isCloudEvents(name) && !name.equals(Attributes.DATACONTENTTYPE)) {
                out.with(DraftMaker.PREFIX + name, value);
            }
        });
    }

    /** Whether nobody wants the event any more. */
    static boolean isExpired(Event event, long wallMillis) {
        String expiry = event.attributes().get(DraftMaker.EXPIRY_TIME);
        if (expiry == null) {
            return false;
        }
        try {
            return OffsetDateTime.parse(expiry).toInstant().toEpochMilli() <= wallMillis;
        } catch (DateTimeException | ArithmeticException notOurs) {
            return false; // Another protocol's publisher wrote it.
        }
    }
}
