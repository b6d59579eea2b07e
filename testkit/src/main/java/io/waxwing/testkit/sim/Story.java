package io.waxwing.testkit.sim;

import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What happened, one line an event, in order. Its hash tells whether two runs were the same. One thread. */
public final class Story {
    private static final int SHOWN_LINES = 60;

    private final List<String> lines = new ArrayList<>();

    /** Adds a line. */
    public void tell(String line) {
        lines.add(line);
    }

    public Hash hash() {
        return Sha256.digest(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
    }

    /** The last lines, for a failure. */
    @Override
    public String toString() {
        int from = Math.max(0, lines.size() - SHOWN_LINES);
        return String.join("\n", lines.subList(from, lines.size()));
    }
}
