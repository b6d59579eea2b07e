package io.waxwing.ledger.note;

import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A {@code .tlog-proof} file (c2sp.org/tlog-proof@v1): extra data, index of the proven leaf, inclusion path, and the
 * signed checkpoint verbatim. Nothing in it is trusted before it is verified.
 */
public record Receipt(ReceiptExtra extra, long leafIndex, List<Hash> path, ByteString checkpointNote) {
    /** Larger files are refused before they are read. */
    public static final int MAX_BYTES = 4 * 1024 * 1024;

    private static final String FIRST_LINE = "c2sp.org/tlog-proof@v1";
    private static final int MAX_PATH = 63;

    public Receipt {
        path = List.copyOf(path);
        if (leafIndex < 0 || path.size() > MAX_PATH) {
            throw malformed("index " + leafIndex + " with a path of " + path.size() + " hashes");
        }
    }

    /** The exact file. */
    public byte[] encode() {
        StringBuilder file = new StringBuilder(FIRST_LINE).append('\n');
        file.append("extra ")
                .append(Base64.getEncoder().encodeToString(extra.encode()))
                .append('\n');
        file.append("index ").append(leafIndex).append('\n');
        path.forEach(hash -> file.append(hash.base64()).append('\n'));
        file.append('\n').append(checkpointNote.utf8());
        return file.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Throws {@link MalformedException} (WXW-3005 or, for the note inside, WXW-3003) for anything else. */
    public static Receipt parse(byte[] file) {
        if (file.length > MAX_BYTES) {
            throw malformed("a receipt of " + file.length + " bytes is too large");
        }
        Lines lines = new Lines(NoteText.decodeUtf8(file));
        if (!lines.next().equals(FIRST_LINE)) {
            throw malformed("the first line is not " + FIRST_LINE);
        }
        String extra = lines.next();
        if (!extra.startsWith("extra ")) {
            throw malformed("a receipt of this ledger has an extra line with its SEGMENT leaf");
        }
        String index = lines.next();
        if (!index.startsWith("index ")) {
            throw malformed("the index line is missing");
        }
        List<Hash> path = new ArrayList<>();
        for (String line = lines.next(); !line.isEmpty(); line = lines.next()) {
            if (path.size() == MAX_PATH) {
                throw malformed("the path has more than " + MAX_PATH + " hashes");
            }
            path.add(Hash.of(NoteText.decodeBase64(line)));
        }
        return new Receipt(
                ReceiptExtra.decode(NoteText.decodeBase64(extra.substring(6))),
                NoteText.decimal(index.substring(6), "the index"),
                path,
                ByteString.utf8(lines.rest()));
    }

    private static MalformedException malformed(String text) {
        return new MalformedException(MalformedException.RECEIPT, text);
    }

    private static final class Lines {
        private final String text;
        private int from;

        Lines(String text) {
            this.text = text;
        }

        String next() {
            int to = text.indexOf('\n', from);
            if (to < 0) {
                throw malformed("the receipt is cut short");
            }
            String line = text.substring(from, to);
            from = to + 1;
            return line;
        }

        String rest() {
            return text.substring(from);
        }
    }
}
