package io.waxwing.broker.backup;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a backup holds: the file {@code MANIFEST} in it, ASCII lines but for the names of files, which are UTF-8. The
 * last line has the SHA-256 of all before it.
 *
 * <pre>
 * waxwing-backup v1
 * taken (time) | format (number) | ledger (hash) | members alone or several
 * height (n) | leaves (n) | journal (n) | position (n) | keys with or without
 * file (SHA-256) (bytes) (name)        one for each, names relative, with slashes
 * sha256 (SHA-256)
 * </pre>
 *
 * @param taken RFC 3339
 * @param place how far the node was
 * @param alone the ledger has one institution, so nobody else remembers its votes
 * @param keys private keys are in it
 * @param files by name
 */
public record BackupManifest(String taken, Place place, boolean alone, boolean keys, SortedMap<String, Content> files) {
    static final String NAME = "MANIFEST";
    private static final String FIRST = "waxwing-backup v1";

    public BackupManifest {
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    }

    /**
     * How far a node was.
     *
     * @param format of its database
     * @param height of the last final block
     * @param treeSize leaves of the ledger
     * @param journalSeq of the last durable event
     * @param nextPosition the next delivery position
     */
    public record Place(int format, Hash ledgerId, long height, long treeSize, long journalSeq, long nextPosition) {}

    /** One file's hash and size in bytes. */
    public record Content(Hash sha256, long bytes) {}

    /** The bytes of the file. */
    public byte[] encode() {
        StringBuilder text = new StringBuilder(FIRST).append('\n');
        line(text, "taken", taken);
        line(text, "format", place.format());
        line(text, "ledger", place.ledgerId().hex());
        line(text, "members", alone ? "alone" : "several");
        line(text, "height", place.height());
        line(text, "leaves", place.treeSize());
        line(text, "journal", place.journalSeq());
        line(text, "position", place.nextPosition());
        line(text, "keys", keys ? "with" : "without");
        files.forEach(
                (name, content) -> line(text, "file", content.sha256().hex() + " " + content.bytes() + " " + name));
        byte[] before = text.toString().getBytes(StandardCharsets.UTF_8);
        line(text, "sha256", Sha256.digest(before).hex());
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void line(StringBuilder text, String word, Object value) {
        text.append(word).append(' ').append(value).append('\n');
    }

    /** Reads one. @throws RefusedException WXW-2110 if anything about it is not as it was written */
    public static BackupManifest decode(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        Deque<String> lines = new ArrayDeque<>(Arrays.asList(text.split("\n", -1)));
        if (!text.endsWith("\n") || !FIRST.equals(lines.poll())) {
            throw damaged("it does not begin with '" + FIRST + "' or is cut short");
        }
        lines.removeLast();
        String sum = lines.isEmpty() ? "" : lines.removeLast();
        byte[] before =
                Arrays.copyOf(bytes, Math.max(0, bytes.length - sum.getBytes(StandardCharsets.UTF_8).length - 1));
        if (!sum.equals("sha256 " + Sha256.digest(before).hex())) {
            throw damaged("its last line does not fit what is before it");
        }
        try {
            String taken = value(lines, "taken");
            int format = Integer.parseInt(value(lines, "format"));
            Hash ledgerId = Hash.fromHex(value(lines, "ledger"));
            boolean alone = value(lines, "members").equals("alone");
            Place place = new Place(
                    format,
                    ledgerId,
                    Long.parseLong(value(lines, "height")),
                    Long.parseLong(value(lines, "leaves")),
                    Long.parseLong(value(lines, "journal")),
                    Long.parseLong(value(lines, "position")));
            boolean keys = value(lines, "keys").equals("with");
            return new BackupManifest(taken, place, alone, keys, files(lines));
        } catch (IllegalArgumentException | io.waxwing.ledger.failure.LedgerFailure e) {
            throw damaged(String.valueOf(e.getMessage()));
        }
    }

    private static SortedMap<String, Content> files(Deque<String> lines) {
        SortedMap<String, Content> files = new TreeMap<>();
        while (!lines.isEmpty()) {
            String[] parts = value(lines, "file").split(" ", 3);
            if (parts.length != 3 || !isInside(parts[2])) {
                throw damaged("'" + parts[parts.length - 1] + "' is no name of a file in it");
            }
            files.put(parts[2], new Content(Hash.fromHex(parts[0]), Long.parseLong(parts[1])));
        }
        return files;
    }

    /** A name that leads out of the folder would let a backup write anywhere. */
    private static boolean isInside(String name) {
        return !name.isEmpty()
                && name.indexOf('\\') < 0
                && Arrays.stream(name.split("/", -1))
                        .noneMatch(piece -> piece.isEmpty() || piece.equals(".") || piece.equals(".."));
    }

    private static String value(Deque<String> lines, String word) {
        String line = lines.poll();
        if (line == null || !line.startsWith(word + " ")) {
            throw damaged("want a line that begins with '" + word + "'");
        }
        return line.substring(word.length() + 1);
    }

    static RefusedException damaged(String why) {
        return new RefusedException(FailureCode.BACKUP_DAMAGED, NAME + ": " + why);
    }
}
