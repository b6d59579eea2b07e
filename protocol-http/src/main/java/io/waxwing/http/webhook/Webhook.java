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
 * @param perMinute requests that the receiver wants at most; 0 for any number
 */
record Webhook(URI url, SigningKey key, String problem, int perMinute) {
    private static final ObjectMapper JSON = new ObjectMapper();

    Webhook problem(String now) {
        return new Webhook(url, key, now, perMinute);
    }

    Webhook with(Courier.Consent consent) {
        return new Webhook(url, key, consent.problem(), consent.perMinute());
    }

    String note() {
        ObjectNode note = JSON.createObjectNode();
        note.put("url", url.toString())
                .put("private", key.privateText())
                .put("public", key.publicText())
                .put("problem", problem)
                .put("perMinute", perMinute);
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
                    read.path("problem").asText(),
                    read.path("perMinute").asInt());
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new RefusedException(FailureCode.DATA_DAMAGED, "a webhook's note cannot be read");
        }
    }
}
