package io.waxwing.broker.processing;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.filter.Cesql;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An event as conditions and projections see it: its attributes by name, its data as JSON if they are. One thread. */
final class SourceEvent {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            // A number is passed on as it came.
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private final Event event;
    private final Map<String, Binding> bindings;
    private boolean read;
    private @Nullable JsonNode data;

    SourceEvent(Event event, Map<String, Binding> bindings) {
        this.event = event;
        this.bindings = bindings;
    }

    Event event() {
        return event;
    }

    /** Null if they are no JSON. */
    @Nullable JsonNode data() {
        if (!read) {
            read = true;
            data = parsed();
        }
        return data;
    }

    private @Nullable JsonNode parsed() {
        if (event.payload().size() == 0) {
            return null;
        }
        try {
            JsonNode node = JSON.readTree(event.payload().bytes());
            return node.isMissingNode() ? null : node;
        } catch (IOException noJson) {
            // Also of broken characters, which Jackson does not take for broken JSON.
            return null;
        }
    }

    /** What a condition finds under a name, null for nothing: a binding, or what CESQL finds there anyway. */
    @Nullable String text(String name) {
        Binding binding = bindings.get(name);
        if (binding == null) {
            return Cesql.attribute(event, false, name);
        }
        JsonNode all = data();
        return all == null ? null : binding.text(all);
    }

    @Nullable Binding binding(String name) {
        return bindings.get(name);
    }
}
