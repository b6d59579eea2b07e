package io.waxwing.broker.file;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.http.exchange.JsonText;
import io.waxwing.http.file.FileCardText;
import io.waxwing.http.file.SharedFiles.State;
import io.waxwing.ledger.file.FileCard;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What this node knows of one file.
 *
 * @param originId the node that published it, or will
 * @param audienceId whose members may have it; 0 while it is not published
 * @param card root zero while it is not known
 * @param by who uploads it here; empty if nobody did, or the node asks for nobody
 * @param createdMs Unix milliseconds
 * @param eventId null before it has one
 */
record FileMeta(
        String topic,
        int originId,
        long audienceId,
        FileCard card,
        State state,
        String by,
        long createdMs,
        @Nullable EventId eventId) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final byte[] KEY_TAG = "waxwing/file-key/v1\n".getBytes(StandardCharsets.US_ASCII);

    /** The file's name in folders and among members: nobody else's event can mean the same. */
    Hash key() {
        return key(originId, topic, card.fileId());
    }

    static Hash key(int originId, String topic, String fileId) {
        return Sha256.digest(
                KEY_TAG,
                ByteBuffer.allocate(Integer.BYTES).putInt(originId).array(),
                fileId.getBytes(StandardCharsets.US_ASCII),
                topic.getBytes(StandardCharsets.UTF_8));
    }

    FileMeta with(State other, FileCard otherCard) {
        return new FileMeta(topic, originId, audienceId, otherCard, other, by, createdMs, eventId);
    }

    /** It is on the ledger. */
    FileMeta shared(long audience, EventId id) {
        return new FileMeta(topic, originId, audience, card, State.SHARED, by, createdMs, id);
    }

    byte[] encode() {
        JsonText json = new JsonText()
                .open()
                .member("topic", topic)
                .member("origin", originId)
                .member("audience", audienceId)
                .member("state", state.name())
                .member("by", by)
                .member("created", createdMs);
        if (eventId != null) {
            json.member("eventId", eventId.toString());
        }
        FileCardText.writeMembers(json, card);
        return json.close().toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Throws {@link RefusedException} WXW-2104 if it is none. */
    static FileMeta decode(byte[] bytes) {
        try {
            JsonNode json = JSON.readTree(new String(bytes, StandardCharsets.UTF_8));
            FileCard card = FileCardText.read(json);
            if (card == null) {
                throw damaged();
            }
            return new FileMeta(
                    json.path("topic").asText(),
                    json.path("origin").asInt(),
                    json.path("audience").asLong(),
                    card,
                    State.valueOf(json.path("state").asText()),
                    json.path("by").asText(),
                    json.path("created").asLong(),
                    json.has("eventId") ? EventId.parse(json.get("eventId").asText()) : null);
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw damaged();
        }
    }

    private static RefusedException damaged() {
        return new RefusedException(FailureCode.DATA_DAMAGED, "the description of a file is damaged");
    }
}
