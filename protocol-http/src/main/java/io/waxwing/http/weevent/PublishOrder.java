package io.waxwing.http.weevent;

import io.waxwing.bus.event.Payload;
import io.waxwing.bus.spi.Access;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a client wants to be published.
 *
 * @param topic name in the group, not checked yet
 * @param extensions in the client's order
 */
public record PublishOrder(
        Scope scope,
        String topic,
        Payload content,
        Map<String, String> extensions,
        Generation generation,
        Access access) {
    public PublishOrder {
        extensions = new LinkedHashMap<>(extensions);
    }

    /** Whether it goes to whoever is there now, and is kept nowhere. */
    public boolean isEphemeral() {
        return extensions.containsKey(Extensions.EPHEMERAL);
    }
}
