package io.waxwing.ledger.control;

import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import java.nio.charset.StandardCharsets;

/** Walks over the LF-ended lines of a file; every complaint has the line's number. One thread. */
final class TextLines {
    private final String[] lines;
    private final String code;
    private int next;

    TextLines(ByteString file, String code) {
        // What is not ASCII comes back as another character, which no rule and no second encoding lets through.
        String text = new String(file.toBytes(), StandardCharsets.US_ASCII);
        this.lines = text.split("\n", -1);
        this.code = code;
        if (!text.endsWith("\n")) {
            throw malformed("the last line does not end in a newline");
        }
    }

    boolean startsWith(String prefix) {
        return next < lines.length - 1 && lines[next].startsWith(prefix);
    }

    void expect(String line) {
        if (!line().equals(line)) {
            throw malformed("line " + next + " is not '" + line + "'");
        }
    }

    /** The rest of the next line, which has to begin so. */
    String after(String prefix) {
        String line = line();
        if (!line.startsWith(prefix)) {
            throw malformed("line " + next + " does not begin with '" + prefix + "'");
        }
        return line.substring(prefix.length());
    }

    /** The next lines with their newlines; the line before them is {@code title} and their number. */
    ByteString section(String title, int maxLines) {
        String count = after(title + " ");
        if (!count.matches("[1-9][0-9]{0,4}") || Integer.parseInt(count) > maxLines) {
            throw malformed("line " + next + ": " + title + " has 1 to " + maxLines + " lines, got '" + count + "'");
        }
        StringBuilder text = new StringBuilder();
        for (int left = Integer.parseInt(count); left > 0; left--) {
            text.append(line()).append('\n');
        }
        return ByteString.of(text.toString().getBytes(StandardCharsets.US_ASCII));
    }

    void expectEnd() {
        if (next != lines.length - 1) {
            throw malformed("line " + (next + 1) + " is one too many");
        }
    }

    private String line() {
        if (next >= lines.length - 1) {
            throw malformed("the file ends after " + next + " lines");
        }
        return lines[next++];
    }

    private MalformedException malformed(String text) {
        return new MalformedException(code, text);
    }
}
