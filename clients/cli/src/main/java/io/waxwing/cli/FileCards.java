package io.waxwing.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.file.FileCard;
import io.waxwing.ledger.file.FileLayout;
import io.waxwing.ledger.hash.Hash;
import org.jspecify.annotations.Nullable;

/** What the data of a file's event say. */
final class FileCards {
    private FileCards() {}

    /** Null if they are those of no file. */
    static @Nullable FileCard read(JsonNode data) {
        try {
            return new FileCard(
                    data.path("file").asText(),
                    data.path("name").asText(),
                    new FileLayout(
                            data.path("size").asLong(-1), data.path("chunkSize").asInt(-1)),
                    Hash.fromHex(data.path("root").asText()),
                    data.path("mediaType").asText());
        } catch (MalformedException otherwise) {
            return null;
        }
    }

    /** The card of an event, which must be a file's. @throws CliFailure if it is not */
    static FileCard of(ReceivedEvent event) {
        FileCard card = event.type().equals(FileCard.TYPE) ? read(event.json().path("data")) : null;
        if (card == null) {
            throw new CliFailure(
                    ExitCodes.USAGE,
                    "event " + event.eventId() + " is of no file",
                    "its type is " + event.type(),
                    "waxwing file ls " + event.topic());
        }
        return card;
    }

    /** One line for a human; what its sender wrote cannot move the cursor. */
    static String line(String eventId, FileCard card) {
        return eventId + "  " + Progress.size(card.layout().sizeBytes()) + "  " + card.mediaType() + "  "
                + card.name().replaceAll("\\p{Cntrl}", " ");
    }
}
