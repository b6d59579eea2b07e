package io.waxwing.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.waxwing.ledger.file.ChunkHashes;
import io.waxwing.ledger.file.FileLayout;
import io.waxwing.ledger.hash.Hash;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Uploads a file: hashes it, asks the node what of it is missing, brings that, has it published. What was brought by an
 * earlier try, of this process or another, is not brought again.
 */
final class FileSending {
    private final Api api;
    private final Patience patience;

    FileSending(Api api, Patience patience) {
        this.api = api;
        this.patience = patience;
    }

    /** Which file, how it is to be called, and in what chunks. */
    record Plan(String topic, Path path, String name, String mediaType, FileLayout layout) {}

    /** The answer to the publishing. */
    JsonNode send(Plan plan, Progress progress) {
        FileLayout layout = plan.layout();
        try (ChunkFile file = ChunkFile.reading(plan.path(), layout)) {
            ChunkHashes hashes = hashes(file, layout);
            JsonNode upload = begin(plan, hashes.root());
            String id = upload.path("file").asText();
            boolean[] missing = missing(upload, layout.chunks());
            for (int chunk = 0; chunk < layout.chunks(); chunk++) {
                if (missing[chunk]) {
                    put(id, chunk, read(file, hashes, chunk));
                    progress.add(layout.lengthOf(chunk));
                } else {
                    progress.resumed(layout.lengthOf(chunk));
                }
            }
            progress.end();
            return publish(id, hashes.root());
        } catch (IOException e) {
            throw new UncheckedIOException(plan.path() + ": " + e.getMessage(), e);
        }
    }

    private static ChunkHashes hashes(ChunkFile file, FileLayout layout) throws IOException {
        List<Hash> hashes = new ArrayList<>();
        for (int chunk = 0; chunk < layout.chunks(); chunk++) {
            hashes.add(ChunkHashes.of(file.read(chunk)));
        }
        return new ChunkHashes(hashes);
    }

    private JsonNode begin(Plan plan, Hash root) {
        String wish = Api.JSON
                .createObjectNode()
                .put("topic", plan.topic())
                .put("name", plan.name())
                .put("size", plan.layout().sizeBytes())
                .put("chunkSize", plan.layout().chunkBytes())
                .put("mediaType", plan.mediaType())
                .put("root", root.hex())
                .toString();
        return patience.of(
                () -> api.send("POST", "/v1/files", BodyPublishers.ofString(wish), "content-type", "application/json")
                        .json());
    }

    private static boolean[] missing(JsonNode upload, int chunks) {
        boolean[] missing = new boolean[chunks];
        for (JsonNode range : upload.path("missing")) {
            int to = Math.min(chunks, range.path("to").asInt());
            for (int chunk = Math.max(0, range.path("from").asInt()); chunk < to; chunk++) {
                missing[chunk] = true;
            }
        }
        return missing;
    }

    private static byte[] read(ChunkFile file, ChunkHashes hashes, int chunk) throws IOException {
        byte[] bytes = file.read(chunk);
        if (!hashes.proves(chunk, bytes)) {
            throw new CliFailure(
                    ExitCodes.USAGE, "the file changes while it is sent", "chunk " + chunk + " is another now", null);
        }
        return bytes;
    }

    private void put(String id, int chunk, byte[] bytes) {
        Api.Answer unused = patience.of(
                () -> api.send("PUT", "/v1/files/" + id + "/chunks/" + chunk, BodyPublishers.ofByteArray(bytes)));
    }

    private JsonNode publish(String id, Hash root) {
        String body = Api.JSON.createObjectNode().put("root", root.hex()).toString();
        return patience.of(() -> {
            JsonNode answer = api.send("POST", "/v1/files/" + id + ":publish", BodyPublishers.ofString(body))
                    .json();
            if (!answer.has("eventId")) {
                throw new CliFailure(
                        ExitCodes.TIMEOUT,
                        "the event is on the node's disk and not on the ledger yet",
                        "upload " + id,
                        "the same command again");
            }
            return answer;
        });
    }
}
