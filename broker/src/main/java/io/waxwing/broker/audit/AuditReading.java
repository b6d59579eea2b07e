package io.waxwing.broker.audit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Reads a log from its first line on and follows the hashes; stops at the first line that does not follow. */
public final class AuditReading {
    private AuditReading() {}

    /**
     * What was found.
     *
     * @param lines that follow from each other
     * @param head hash of the last of them; 64 zeros if there is none
     * @param wholeBytes of these lines
     * @param tornBytes behind them, of a line that was never finished: it has no line feed
     * @param fault what is wrong with the line after them, null if nothing is
     */
    public record Found(
            long lines,
            String head,
            long wholeBytes,
            long tornBytes,
            @Nullable String fault) {}

    /** Reads the file; {@code each} is given each line that follows, and its hash. */
    static Found read(Path file, BiConsumer<AuditLine, String> each) throws IOException {
        long lines = 0;
        long whole = 0;
        String head = AuditLine.NOTHING_BEFORE;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            ByteArrayOutputStream gathered = new ByteArrayOutputStream();
            for (int next = in.read(); next >= 0; next = in.read()) {
                if (next != '\n') {
                    gathered.write(next);
                    if (gathered.size() > AuditLine.BYTES_MAX) {
                        return fault(lines, head, whole, "has more than " + AuditLine.BYTES_MAX + " bytes");
                    }
                    continue;
                }
                byte[] bytes = gathered.toByteArray();
                AuditLine line = AuditLine.parse(new String(bytes, StandardCharsets.UTF_8));
                String wrong = wrong(line, lines + 1, head);
                if (line == null || wrong != null) {
                    return fault(lines, head, whole, String.valueOf(wrong));
                }
                lines++;
                head = AuditLine.hash(bytes);
                whole += bytes.length + 1;
                each.accept(line, head);
                gathered.reset();
            }
            return new Found(lines, head, whole, gathered.size(), null);
        }
    }

    private static Found fault(long lines, String head, long whole, String why) {
        return new Found(lines, head, whole, 0, "line " + (lines + 1) + " " + why);
    }

    private static @Nullable String wrong(@Nullable AuditLine line, long number, String head) {
        if (line == null) {
            return "is not as a node writes it";
        }
        if (line.number() != number) {
            return "has the number " + line.number();
        }
        return line.before().equals(head)
                ? null
                : "does not follow from the line before: one of the two was changed, or others stood between them";
    }
}
