package io.waxwing.bus.delivery;

import io.waxwing.bus.event.EventId;
import io.waxwing.bus.topic.AckPolicy;
import org.jspecify.annotations.Nullable;

/**
 * What a publisher is told.
 *
 * @param reached what has been reached
 * @param eventId present exactly when the event is final
 * @param duplicate true if source and id were published before: this is what the first one got
 */
public record Acknowledgement(AckPolicy reached, @Nullable EventId eventId, boolean duplicate) {
    public static final Acknowledgement ACCEPTED = new Acknowledgement(AckPolicy.ACCEPTED, null, false);
    public static final Acknowledgement DURABLE = new Acknowledgement(AckPolicy.DURABLE, null, false);

    public static Acknowledgement ordered(EventId eventId) {
        return new Acknowledgement(AckPolicy.ORDERED, eventId, false);
    }
}
