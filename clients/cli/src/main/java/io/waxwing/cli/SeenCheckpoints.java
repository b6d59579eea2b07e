package io.waxwing.cli;

import io.waxwing.ledger.hash.Hash;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What this user has seen of each ledger: tree sizes with their roots, per trust file. Two verified checkpoints of one
 * size with two roots are a fork, signed by whoever cosigned both.
 *
 * <p>One text file per trust file, named by its SHA-256: lines {@code size SP root-hex}, the largest size first, at
 * most {@value #MAX_SEEN} of them; the largest is never forgotten.
 */
final class SeenCheckpoints {
    static final int MAX_SEEN = 1000;

    private final Path file;

    /** In {@code folder}, which is made when something is to be remembered. */
    SeenCheckpoints(Path folder, byte[] trustFile) {
        this.file = folder.resolve(sha256(trustFile) + ".checkpoints");
    }

    /** In {@code folder}; null: the usual one. */
    static SeenCheckpoints in(@Nullable Path folder, byte[] trustFile) {
        return new SeenCheckpoints(folder == null ? usualFolder() : folder, trustFile);
    }

    /** {@code WAXWING_STATE}, else the XDG state folder, else below the home folder. */
    private static Path usualFolder() {
        String own = System.getenv("WAXWING_STATE");
        if (own != null) {
            return Path.of(own);
        }
        String xdg = System.getenv("XDG_STATE_HOME");
        return xdg != null
                ? Path.of(xdg, "waxwing")
                : Path.of(System.getProperty("user.home"), ".local", "state", "waxwing");
    }

    /**
     * How a verified checkpoint stands to what was seen before.
     *
     * @param fork another root of the same size, null if there is none
     */
    record Standing(long largestBefore, @Nullable String fork) {}

    /** Compares, and remembers the checkpoint unless it is one branch of a fork. */
    Standing see(long treeSize, Hash root) {
        Map<Long, String> seen = read();
        long largest = seen.isEmpty() ? 0 : seen.keySet().iterator().next();
        String before = seen.get(treeSize);
        if (before != null) {
            return new Standing(largest, before.equals(root.hex()) ? null : before);
        }
        seen.put(treeSize, root.hex());
        write(seen);
        return new Standing(largest, null);
    }

    private Map<Long, String> read() {
        Map<Long, String> seen = new TreeMap<>(Comparator.reverseOrder());
        if (!Files.exists(file)) {
            return seen;
        }
        try {
            for (String line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
                String[] parts = line.split(" ", -1);
                if (parts.length != 2 || !parts[0].matches("[0-9]{1,18}") || !parts[1].matches("[0-9a-f]{64}")) {
                    throw damaged("'" + line + "' is no line of it");
                }
                seen.put(Long.parseLong(parts[0]), parts[1]);
            }
            return seen;
        } catch (IOException unreadable) {
            throw damaged(String.valueOf(unreadable.getMessage()));
        }
    }

    private CliFailure damaged(String why) {
        return new CliFailure(
                ExitCodes.VERIFICATION_FAILED,
                "the record of seen checkpoints cannot be read: " + file,
                why,
                "look at it; delete it only if you know why it changed, or use --no-state");
    }

    private void write(Map<Long, String> seen) {
        List<String> lines = seen.entrySet().stream()
                .limit(MAX_SEEN)
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .toList();
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Path next = file.resolveSibling(file.getFileName() + ".next");
            Files.write(next, lines, StandardCharsets.US_ASCII);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException unwritable) {
            throw new UncheckedIOException(
                    file + " cannot be written (--no-state does without): " + unwritable.getMessage(), unwritable);
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
