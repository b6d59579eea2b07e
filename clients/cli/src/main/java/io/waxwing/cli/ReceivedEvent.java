package io.waxwing.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.waxwing.bus.event.Attributes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An event as a stream delivered it: structured JSON. */
final class ReceivedEvent {
    private static final int SHOWN_CHARS = 60;

    private final JsonNode json;

    ReceivedEvent(String text) {
        try {
            this.json = Api.JSON.readTree(text);
        } catch (JsonProcessingException notJson) {
            throw new CliFailure(ExitCodes.UNREACHABLE, "the stream sent something that is no event", "", null);
        }
    }

    String topic() {
        return json.path("wxwtopic").asText();
    }

    String type() {
        return json.path("type").asText();
    }

    /** Empty while the event has none. */
    String eventId() {
        return json.path("wxweventid").asText("");
    }

    /** It stood in a gap, and came when it could. */
    boolean isLate() {
        return json.path("wxwlate").asBoolean();
    }

    JsonNode json() {
        return json;
    }

    /** One line for a human: members of an object, or the text itself. */
    String summary() {
        JsonNode data = json.path("data");
        String text;
        if (json.has("data_base64")) {
            byte[] bytes = bytes();
            String decoded = new String(bytes, StandardCharsets.UTF_8);
            text = decoded.indexOf('\ufffd') < 0 ? decoded : bytes.length + " bytes";
        } else if (data.isObject()) {
            StringBuilder members = new StringBuilder();
            for (Iterator<Map.Entry<String, JsonNode>> all = data.properties().iterator(); all.hasNext(); ) {
                Map.Entry<String, JsonNode> member = all.next();
                JsonNode value = member.getValue();
                members.append(member.getKey())
                        .append('=')
                        .append(value.isValueNode() ? value.asText() : value)
                        .append(all.hasNext() ? " " : "");
            }
            text = members.toString();
        } else {
            text = data.isMissingNode() ? "" : data.isTextual() ? data.asText() : data.toString();
        }
        String clean = text.replaceAll("\\p{Cntrl}", " ");
        return clean.length() > SHOWN_CHARS ? clean.substring(0, SHOWN_CHARS) + "…" : clean;
    }

    private byte[] bytes() {
        return Base64.getDecoder().decode(json.path("data_base64").asText());
    }

    /** Why this is not the event that the receipt shows; null if it is. */
    @Nullable String differenceFrom(Verification verified) {
        if (!eventId().equals(String.valueOf(verified.eventId()))) {
            return "the receipt is of " + verified.eventId();
        }
        if (!topic().equals(verified.topic())) {
            return "the receipt's topic is " + verified.topic();
        }
        Attributes attributes = verified.attributes();
        byte[] payload = verified.payload();
        if (attributes == null || payload == null) {
            return "the receipt does not show the event's headers and payload";
        }
        for (String name : new String[] {"id", "source", "type", "specversion", "subject", "time", "datacontenttype"}) {
            if (!Objects.equals(
                    attributes.get(name), json.hasNonNull(name) ? json.get(name).asText() : null)) {
                return "attribute " + name + " differs from the committed one";
            }
        }
        return samePayload(payload) ? null : "the payload differs from the committed one";
    }

    private boolean samePayload(byte[] committed) {
        if (json.has("data_base64")) {
            return Arrays.equals(bytes(), committed);
        }
        JsonNode data = json.path("data");
        if (data.isMissingNode()) {
            return committed.length == 0;
        }
        if (data.isTextual() && Arrays.equals(data.asText().getBytes(StandardCharsets.UTF_8), committed)) {
            return true;
        }
        try {
            return data.equals(Api.JSON.readTree(committed));
        } catch (IOException notJson) {
            return false;
        }
    }
}
