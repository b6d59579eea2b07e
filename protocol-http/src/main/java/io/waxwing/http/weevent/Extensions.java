package io.waxwing.http.weevent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.waxwing.bus.event.Attributes;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a publisher wrote beside the content. Names have upper case and 1.0.0 lets them be anything, so they are one
 * header of the event, {@link #HEADER}: a JSON object in ASCII, which the publisher commits to like to any header.
 */
final class Extensions {
    static final String PREFIX = "weevent-";
    /** The content is a transaction that its publisher signed for another chain. */
    static final String SIGN = "weevent-sign";

    static final String TAG = "weevent-tag";
    static final String FORMAT = "weevent-format";
    static final String EPHEMERAL = "weevent-ephemeral";
    /** Added when an event is read; what a publisher says of it is left out. */
    static final String PLUS = "weevent-plus";
    /** Says that a content which is no UTF-8 was put into a text frame as base64. */
    static final String ENCODING = "weevent-encoding";

    /** The event's header that holds them. */
    static final String HEADER = "weevent.extensions";

    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
    private static final TypeReference<LinkedHashMap<String, String>> TEXTS = new TypeReference<>() {};

    private Extensions() {}

    /** The header's value, null if there is nothing to say. */
    static @Nullable String write(Map<String, String> extensions) {
        Map<String, String> kept = new LinkedHashMap<>(extensions);
        kept.remove(PLUS);
        if (kept.isEmpty()) {
            return null;
        }
        try {
            // DEL is ASCII and no character of a header.
            return JSON.writeValueAsString(kept).replace("\u007f", "\\u007f");
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("texts are always JSON", impossible);
        }
    }

    /** Those of an event, in their publisher's order; none if it came by another protocol. */
    static Map<String, String> read(Attributes attributes) {
        String header = attributes.get(HEADER);
        if (header == null) {
            return new LinkedHashMap<>();
        }
        try {
            return JSON.readValue(header, TEXTS);
        } catch (JsonProcessingException foreign) {
            return new LinkedHashMap<>(); // Other protocols may write any text under this name.
        }
    }
}
