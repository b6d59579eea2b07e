package io.waxwing.http.cloudevents;

import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.Payload;

/**
 * One event as a publisher gave it, checked.
 *
 * @param attributes complete attributes, {@code specversion} among them
 * @param payload content
 */
public record CloudEvent(Attributes attributes, Payload payload) {
    public String source() {
        return required(Attributes.SOURCE);
    }

    public String id() {
        return required(Attributes.ID);
    }

    private String required(String name) {
        String value = attributes.get(name);
        if (value == null) {
            throw new IllegalStateException("invariant broken: an event without " + name);
        }
        return value;
    }
}
