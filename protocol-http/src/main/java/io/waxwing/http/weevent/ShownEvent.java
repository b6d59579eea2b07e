package io.waxwing.http.weevent;

import io.waxwing.bus.event.Event;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.event.Payload;
import io.waxwing.http.exchange.JsonText;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An event as WeEvent's clients see it.
 *
 * @param topic its name in its group
 * @param content bytes as published
 * @param extensions those of its publisher, and {@code weevent-plus} if the event is on the ledger; in this order
 * @param eventId empty if the event was ephemeral
 */
public record ShownEvent(String topic, Payload content, Map<String, String> extensions, String eventId) {
    /** An event with its place; without one nothing is said of it. Null if the event has no name: it is never shown. */
    static @Nullable ShownEvent of(Scope scope, Event event, Chain.@Nullable Place place) {
        EventId eventId = event.eventId();
        if (eventId == null) {
            return null;
        }
        Map<String, String> extensions = new LinkedHashMap<>(Extensions.read(event.attributes()));
        if (place != null) {
            extensions.put(Extensions.PLUS, plus(place));
        }
        return new ShownEvent(scope.name(event.topic()), event.payload(), extensions, eventId.toString());
    }

    /** A text, since values of extensions are texts. */
    private static String plus(Chain.Place place) {
        return new JsonText()
                .open()
                .member("timestamp", place.timeMs())
                .member("height", place.height())
                .member("txHash", "0x" + place.txHash())
                .member("sender", place.sender())
                .close()
                .toString();
    }

    /** Exactly the four members that the client 1.0.0 knows; the content is base64. */
    public String json() {
        JsonText json = new JsonText()
                .open()
                .member("topic", topic)
                .member("content", Base64.getEncoder().encodeToString(content.bytes()))
                .name("extensions")
                .open();
        extensions.forEach(json::member);
        return json.close().member("eventId", eventId).close().toString();
    }

    /** The content as it fits into a text frame: itself, or null if it is no UTF-8. */
    public @Nullable String text() {
        return InputRules.text(content);
    }
}
