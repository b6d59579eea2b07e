package io.waxwing.http.cloudevents;

import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.http.exchange.JsonText;
import io.waxwing.http.exchange.PercentText;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An event as it leaves: its publisher's attributes unchanged, and beside them what the bus adds (protocols.md 0.2).
 * Transport headers, whose names have a dot or a dash, stay inside.
 */
public final class EventWriting {
    private EventWriting() {}

    /**
     * All attributes in the order they are written: the required ones first.
     *
     * @param replayed history read, not live
     */
    public static Map<String, String> attributes(Event event, boolean replayed) {
        Attributes given = event.attributes();
        Map<String, String> all = new LinkedHashMap<>();
        String version = given.get(Attributes.SPECVERSION);
        all.put(Attributes.SPECVERSION, version == null ? AttributeRules.VERSION : version);
        putIfThere(all, Attributes.ID, given);
        putIfThere(all, Attributes.SOURCE, given);
        putIfThere(all, Attributes.TYPE, given);
        given.forEach((name, value) -> {
            if (Attributes.isCloudEvents(name) && !name.equals("data")) {
                all.putIfAbsent(name, value);
            }
        });
        all.put("wxwtopic", event.topic());
        if (event.eventId() != null) {
            all.put("wxweventid", event.eventId().toString());
        }
        if (replayed) {
            all.put("wxwreplay", "true");
        }
        return all;
    }

    private static void putIfThere(Map<String, String> all, String name, Attributes given) {
        String value = given.get(name);
        if (value != null) {
            all.put(name, value);
        }
    }

    /** Structured mode. Payloads that are not what their type says go as {@code data_base64}, byte for byte. */
    public static String structured(Event event, boolean replayed) {
        return structured(event, replayed, false);
    }

    /** The same for an event whose payload came after what is ordered behind it was delivered. */
    public static String late(Event event, boolean replayed) {
        return structured(event, replayed, true);
    }

    private static String structured(Event event, boolean replayed, boolean late) {
        JsonText json = new JsonText().open();
        attributes(event, replayed).forEach((name, value) -> {
            if (name.equals("wxwreplay")) {
                json.member(name, true);
            } else {
                json.member(name, value);
            }
        });
        if (late) {
            json.member("wxwlate", true);
        }
        byte[] payload = event.payload().bytes();
        if (payload.length > 0) {
            String contentType = event.attributes().get(Attributes.DATACONTENTTYPE);
            data(json, contentType, payload);
        }
        return json.close().toString();
    }

    private static void data(JsonText json, @Nullable String contentType, byte[] payload) {
        if (AttributeRules.isJson(contentType)) {
            if (JsonReading.isValue(payload)) {
                json.name("data").raw(new String(payload, java.nio.charset.StandardCharsets.UTF_8));
                return;
            }
        } else if (contentType != null && AttributeRules.isText(contentType)) {
            String text = utf8OrNull(payload);
            if (text != null) {
                json.member("data", text);
                return;
            }
        }
        json.member("data_base64", Base64.getEncoder().encodeToString(payload));
    }

    private static @Nullable String utf8OrNull(byte[] payload) {
        try {
            return PercentText.utf8(payload, FailureCode.CLOUDEVENT, "data");
        } catch (RefusedException notUtf8) {
            return null;
        }
    }
}
