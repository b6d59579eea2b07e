package io.waxwing.http.file;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waxwing.http.exchange.JsonText;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.file.FileCard;
import io.waxwing.ledger.file.FileLayout;
import io.waxwing.ledger.hash.Hash;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The data of a file's event: JSON with {@code file, name, size, chunkSize, chunks, root, mediaType}. */
public final class FileCardText {
    private static final ObjectMapper JSON = new ObjectMapper();

    private FileCardText() {}

    /** The same card gives the same text, always. */
    public static String write(FileCard card) {
        JsonText json = new JsonText().open();
        writeMembers(json, card);
        return json.close().toString();
    }

    /** The members without the braces around them. */
    public static void writeMembers(JsonText json, FileCard card) {
        json.member("file", card.fileId())
                .member("name", card.name())
                .member("size", card.layout().sizeBytes())
                .member("chunkSize", card.layout().chunkBytes())
                .member("chunks", card.layout().chunks())
                .member("root", card.root().hex())
                .member("mediaType", card.mediaType());
    }

    /** Null if it is none. Further members are left alone. */
    public static @Nullable FileCard read(byte[] data) {
        try {
            return read(JSON.readTree(new String(data, StandardCharsets.UTF_8)));
        } catch (JsonProcessingException noJson) {
            return null;
        }
    }

    /** The same of JSON that was read. */
    public static @Nullable FileCard read(JsonNode json) {
        JsonNode size = json.path("size");
        JsonNode chunkSize = json.path("chunkSize");
        if (!size.canConvertToLong() || !size.isIntegralNumber() || !chunkSize.canConvertToInt()) {
            return null;
        }
        try {
            FileCard card = new FileCard(
                    json.path("file").asText(""),
                    json.path("name").asText(""),
                    new FileLayout(size.longValue(), chunkSize.intValue()),
                    Hash.fromHex(json.path("root").asText("")),
                    json.path("mediaType").asText(""));
            return json.path("chunks").asInt(-1) == card.layout().chunks() ? card : null;
        } catch (MalformedException otherwise) {
            return null;
        }
    }
}
