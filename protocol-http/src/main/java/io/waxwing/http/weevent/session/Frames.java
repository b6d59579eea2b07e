package io.waxwing.http.weevent.session;

import io.waxwing.bus.event.Payload;
import io.waxwing.http.weevent.Generation;
import io.waxwing.http.weevent.ShownEvent;
import io.waxwing.http.weevent.WeEventFault;
import io.waxwing.stomp.frame.Command;
import io.waxwing.stomp.frame.Frame;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The frames of the node, with the headers that WeEvent's clients look for (weevent.md 2.3, 2.4). */
final class Frames {
    static final String SUBSCRIPTION_ID = "subscription-id";
    static final String EVENT_ID = "eventId";
    private static final String DESTINATION = Frame.DESTINATION;
    private static final String TEXT = "text/plain;charset=UTF-8";
    /** A header of its own, so that a client shows it among the extensions. */
    private static final String ENCODING = "weevent-encoding";

    private Frames() {}

    /** Always 1.1, and no heart-beat of ours: the client 1.0.0 fails at one. */
    static Frame connected() {
        return Frame.of(Command.CONNECTED)
                .with("version", "1.1")
                .with("heart-beat", "0,30000")
                .build();
    }

    static Frame receipt(String receiptId) {
        return Frame.of(Command.RECEIPT).with(Frame.RECEIPT_ID, receiptId).build();
    }

    static Frame sent(String receiptId, String topic, String eventId) {
        return Frame.of(Command.RECEIPT)
                .with(Frame.RECEIPT_ID, receiptId)
                .with(DESTINATION, topic)
                .with(EVENT_ID, eventId)
                .build();
    }

    static Frame subscribed(Feed feed) {
        return Frame.of(Command.RECEIPT)
                .with(Frame.RECEIPT_ID, feed.id())
                .with(SUBSCRIPTION_ID, feed.subscriptionId())
                .with(Frame.SUBSCRIPTION, feed.id())
                .with(DESTINATION, feed.terms().destination())
                .build();
    }

    /** 1.0.0 matches it by message-id and wants a code, later ones match it by receipt-id. */
    static Frame error(WeEventFault fault, @Nullable String id) {
        return Frame.of(Command.ERROR)
                .with("message", fault.text())
                .with("code", Integer.toString(fault.code().number()))
                .withAny(Frame.RECEIPT_ID, id)
                .withAny(Frame.MESSAGE_ID, id)
                .build();
    }

    static Frame message(Feed feed, ShownEvent event, Generation generation) {
        Frame.Builder frame = Frame.of(Command.MESSAGE)
                .with(Frame.SUBSCRIPTION, feed.id())
                .with(SUBSCRIPTION_ID, feed.subscriptionId())
                // Not unique, as STOMP wants it: 1.0.0 drops what has another one.
                .with(Frame.MESSAGE_ID, feed.id())
                .with(DESTINATION, event.topic())
                .with(Frame.CONTENT_TYPE, TEXT);
        if (generation == Generation.V1_0) {
            return frame.body(Payload.utf8(event.json()));
        }
        event.extensions().forEach(frame::with);
        frame.with(EVENT_ID, event.eventId());
        if (event.text() != null) {
            return frame.body(event.content());
        }
        frame.with(ENCODING, "base64");
        return frame.body(
                Payload.utf8(Base64.getEncoder().encodeToString(event.content().bytes())));
    }
}
