package io.waxwing.node.store;

import io.waxwing.ledger.hash.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * The file {@code condemned} beside the vote log: for each vote key a line with it in hexadecimal, then one that says
 * why it may not vote any more. It outlives the data folder and the log; a key that is made later is another key.
 */
final class Verdict {
    private static final String FILE = "condemned";

    private Verdict() {}

    static void write(Path folder, ByteString voteKey, String why) throws IOException {
        if (read(folder, voteKey).isEmpty()) {
            Path file = folder.resolve(FILE);
            String before = Files.exists(file) ? Files.readString(file) : "";
            Path draft = folder.resolve(FILE + ".new");
            Durably.write(draft, before + voteKey + "\n" + why.replace('\n', ' ') + "\n");
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
            Durably.forceFolder(folder);
        }
    }

    /** Empty if that key may vote. */
    static String read(Path folder, ByteString voteKey) throws IOException {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            return "";
        }
        List<String> lines = Files.readAllLines(file);
        if (lines.size() % 2 != 0 || lines.isEmpty()) {
            // Not written by this: about which key it was cannot be known.
            return "the verdict in " + file + " is torn";
        }
        for (int i = 0; i < lines.size(); i += 2) {
            if (lines.get(i).equals(voteKey.toString())) {
                return lines.get(i + 1);
            }
        }
        return "";
    }
}
