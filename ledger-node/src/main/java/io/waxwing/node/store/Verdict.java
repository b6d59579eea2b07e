package io.waxwing.node.store;

import io.waxwing.ledger.hash.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The file {@code condemned} beside the vote log: a line with a vote key in hexadecimal, then why it may not vote any
 * more. It outlives the data folder; a rotated key is another key, and it does not concern that.
 */
final class Verdict {
    private static final String FILE = "condemned";

    private Verdict() {}

    static void write(Path folder, ByteString voteKey, String why) throws IOException {
        if (read(folder, voteKey).isEmpty()) {
            Files.deleteIfExists(folder.resolve(FILE));
            Durably.write(folder.resolve(FILE), voteKey + "\n" + why.replace('\n', ' ') + "\n");
        }
    }

    /** Empty if that key may vote. */
    static String read(Path folder, ByteString voteKey) throws IOException {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            return "";
        }
        List<String> lines = Files.readAllLines(file);
        if (lines.size() < 2) {
            // The power failed while it was written: about the only key there was.
            return "the verdict in " + file + " is torn";
        }
        return lines.get(0).equals(voteKey.toString()) ? lines.get(1) : "";
    }
}
