package io.waxwing.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** A gap as a stream delivered it: events that are ordered and whose payloads the node does not have. */
final class ReceivedGap {
    private static final int TAG_CHARS = 12;

    private final JsonNode json;

    ReceivedGap(String text) {
        this.json = parse(text);
    }

    /** What a stream says of events that are not there. */
    static JsonNode parse(String text) {
        try {
            return Api.JSON.readTree(text);
        } catch (JsonProcessingException notJson) {
            throw new CliFailure(ExitCodes.UNREACHABLE, "the stream sent something that is no gap", "", null);
        }
    }

    /** Empty if the node does not know it. */
    String topic() {
        return json.path("topic").asText();
    }

    long lastTopicSeq() {
        return json.path("topicSeq").asLong() + json.path("count").asLong() - 1;
    }

    /** One line for a human. */
    String line() {
        String tag = json.path("topicTag").asText();
        String topic = topic().isEmpty() ? "topic " + tag.substring(0, Math.min(TAG_CHARS, tag.length())) : topic();
        long first = json.path("topicSeq").asLong();
        long count = json.path("count").asLong();
        List<String> signers = new ArrayList<>();
        json.path("signers").forEach(signer -> signers.add(signer.asText()));
        String which = count == 1 ? "#" + first : "#" + first + " to #" + (first + count - 1);
        String what = json.path("void").asBoolean() ? "void: nobody gave it" : "not here yet";
        return ("GAP  " + topic + "  " + which + "@" + json.path("height").asText() + "  " + what + "; published by "
                        + json.path("origin").asText()
                        + (signers.isEmpty() ? "" : ", held by " + String.join(", ", signers)))
                .replaceAll("\\p{Cntrl}", " ");
    }
}
