package io.waxwing.http.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import java.net.URI;

/**
 * What a webhook is beside its subscription, kept as that one's note.
 *
 * @param problem why nothing is sent; empty if the receiver wants it
 */
record Webhook(URI url, SigningKey key, String problem) {
    private static final ObjectMapper JSON = new ObjectMapper();

    Webhook problem(String now) {
        return new Webhook(url, key, now);
    }

    String note() {
        ObjectNode note = JSON.createObjectNode();
        note.put("url", url.toString())
                .put("private", key.privateText())
                .put("public", key.publicText())
                .put("problem", problem);
        return note.toString();
    }

    /** Throws {@link RefusedException} WXW-2104 if it is no such note. */
    static Webhook of(String note) {
        try {
            JsonNode read = JSON.readTree(note);
            SigningKey key = SigningKey.of(
                    read.path("private").asText(), read.path("public").asText());
            return new Webhook(
                    URI.create(read.path("url").asText()),
                    key,
                    read.path("problem").asText());
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new RefusedException(FailureCode.DATA_DAMAGED, "a webhook's note cannot be read");
        }
    }
}
