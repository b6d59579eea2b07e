package io.waxwing.cli;

import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.file.ChunkHashes;
import io.waxwing.ledger.file.FileCard;
import io.waxwing.ledger.file.FileLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;

/**
 * Gets a file into {@code PATH.part}, which becomes PATH when all of it is there. Nothing of what the node gives is
 * believed: hashes must give the root of the event, each chunk must have its hash. What an earlier try left is verified
 * and kept.
 */
final class FileGetting {
    private static final int AT_A_TIME_BYTES = 4 << 20;

    private final Api api;
    private final Patience patience;

    FileGetting(Api api, Patience patience) {
        this.api = api;
        this.patience = patience;
    }

    /** Gets the file of that event, whose card was believed for a reason. */
    void get(String eventId, FileCard card, Path path, Progress progress) {
        Path part = path.resolveSibling(path.getFileName() + ".part");
        ChunkHashes hashes = hashes(eventId, card);
        String content = "/v1/files/" + Api.encode(eventId) + "/content";
        try {
            try (ChunkFile file = ChunkFile.writing(part, card.layout())) {
                Target target = new Target(file, card.layout(), hashes, progress);
                boolean[] have = kept(target);
                for (int chunk = 0; chunk < have.length; ) {
                    int end = chunk;
                    int most = Math.max(1, AT_A_TIME_BYTES / card.layout().chunkBytes());
                    while (end < have.length && !have[end] && end - chunk < most) {
                        end++;
                    }
                    if (end > chunk) {
                        range(content, target, new Span(chunk, end));
                    }
                    chunk = Math.max(end, chunk + 1);
                }
                file.finish();
            }
            Files.move(part, path, StandardCopyOption.ATOMIC_MOVE);
            progress.end();
        } catch (IOException e) {
            throw new UncheckedIOException(part + ": " + e.getMessage(), e);
        }
    }

    private ChunkHashes hashes(String eventId, FileCard card) {
        byte[] body = patience.of(() -> api.get("/v1/files/" + Api.encode(eventId) + "/hashes"))
                .body();
        try {
            ChunkHashes hashes = ChunkHashes.decode(body);
            if (hashes.size() == card.layout().chunks() && hashes.root().equals(card.root())) {
                return hashes;
            }
        } catch (MalformedException otherwise) {
            throw wrong("the node's hashes are none: " + otherwise.getMessage());
        }
        throw wrong("the node's hashes do not give the root of the event, "
                + card.root().hex());
    }

    private static CliFailure wrong(String why) {
        return new CliFailure(ExitCodes.VERIFICATION_FAILED, "this is not the file of the event", why, null);
    }

    /** Where chunks go that have their hash. */
    private record Target(ChunkFile file, FileLayout layout, ChunkHashes hashes, Progress progress) {}

    private static boolean[] kept(Target target) throws IOException {
        boolean[] have = new boolean[target.layout().chunks()];
        for (int chunk = 0; chunk < have.length; chunk++) {
            ChunkFile file = target.file();
            if (file.reaches(chunk) && target.hashes().proves(chunk, file.read(chunk))) {
                have[chunk] = true;
                target.progress().resumed(target.layout().lengthOf(chunk));
            }
        }
        return have;
    }

    /** Chunks {@code [from, to)}. */
    private record Span(int from, int to) {}

    private void range(String path, Target target, Span span) throws IOException {
        FileLayout layout = target.layout();
        long from = layout.offsetOf(span.from());
        long end = layout.offsetOf(span.to() - 1) + layout.lengthOf(span.to() - 1);
        byte[] bytes = patience.of(() -> api.get(path, "range", "bytes=" + from + "-" + (end - 1)))
                .body();
        if (bytes.length != end - from) {
            throw wrong("bytes " + from + " to " + end + " are " + bytes.length);
        }
        for (int chunk = span.from(); chunk < span.to(); chunk++) {
            int at = (int) (layout.offsetOf(chunk) - from);
            if (!target.hashes().proves(chunk, Arrays.copyOfRange(bytes, at, at + layout.lengthOf(chunk)))) {
                throw wrong("chunk " + chunk + " has another hash");
            }
            target.file().write(chunk, bytes, at);
            target.progress().add(layout.lengthOf(chunk));
        }
    }
}
