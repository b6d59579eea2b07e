package io.waxwing.broker.rules;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A pattern that cannot work for long without asking for a character or the length of its text, which is what
 * {@link Steps} counts. Java's patterns count to two thousand millions, or try all ways through a row of choices,
 * without looking at the text if none of what they repeat or choose from has characters. So a question that is always
 * true, and asks for the length, stands where each group and each alternative begins, and before what has no
 * characters.
 *
 * <p>What the reading here might take for something else than Java does is refused: nothing must hide a group.
 */
final class CountedPattern {
    /** True everywhere. Ahead, so that it is one way and not two. */
    private static final String ASKED = "(?=\\z|)";

    private final String text;
    private final StringBuilder made = new StringBuilder();
    private int at;

    private CountedPattern(String text) {
        this.text = text;
    }

    /** Compiles it. @throws IllegalArgumentException if it is none, or none that can be counted */
    static Pattern of(String text) {
        try {
            Pattern unused = Pattern.compile(text, Pattern.UNIX_LINES);
            return Pattern.compile(new CountedPattern(text).counted(), Pattern.UNIX_LINES);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("no pattern: " + e.getDescription());
        } catch (StackOverflowError deep) {
            throw new IllegalArgumentException("a pattern is nested too deeply");
        }
    }

    private String counted() {
        made.append(ASKED);
        while (at < text.length()) {
            switch (text.charAt(at)) {
                case '\\' -> escape();
                case '[' -> characters();
                case '(' -> group();
                case '|' -> {
                    take(at + 1);
                    made.append(ASKED);
                }
                case '^', '$' -> empty(at + 1);
                default -> take(at + 1);
            }
        }
        return made.toString();
    }

    private void take(int end) {
        made.append(text, at, end);
        at = end;
    }

    /** What has no characters, or may have none, and may be repeated. */
    private void empty(int end) {
        made.append("(?:").append(ASKED);
        take(end);
        made.append(')');
    }

    private void escape() {
        requireKnown();
        char of = text.charAt(at + 1);
        if (of == 'k') {
            empty(text.indexOf('>', at) + 1);
        } else if (of >= '1' && of <= '9') {
            int end = at + 2;
            if (end < text.length() && Character.isDigit(text.charAt(end))) {
                // Which of them are the number depends on how many groups there are by then.
                throw new IllegalArgumentException(
                        "a pattern with \\" + of + " and a digit behind it: write (?:\\" + of + "), or name the group");
            }
            empty(end);
        } else if (of == 'b' && text.startsWith("{g}", at + 2)) {
            empty(at + 5);
        } else if ("bBAGzZ".indexOf(of) >= 0) {
            empty(at + 2);
        } else {
            take(at + 2);
        }
    }

    /** An escape whose second character is all that it hides. */
    private void requireKnown() {
        char of = text.charAt(at + 1);
        boolean control = of == 'c' && (at + 2 == text.length() || !isLetter(text.charAt(at + 2)));
        if (of == 'Q' || of == 'E' || control) {
            throw new IllegalArgumentException("a pattern with \\" + of + ": write what is meant in another way");
        }
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private void characters() {
        take(text.startsWith("[^", at) ? at + 2 : at + 1);
        for (boolean first = true; at < text.length(); first = false) {
            char c = text.charAt(at);
            if (c == ']' && !first) {
                take(at + 1);
                return;
            }
            if (c == '[' || c == ']' || text.startsWith("&&", at)) {
                throw new IllegalArgumentException(
                        "a pattern with '" + c + "' among the characters of [ ]: write it with a \\ before it");
            }
            if (c == '\\') {
                requireKnown();
                take(at + 2);
            } else {
                take(at + 1);
            }
        }
    }

    private void group() {
        int inside = at + 1;
        if (text.startsWith("(?", at)) {
            boolean behind = text.startsWith("(?<=", at) || text.startsWith("(?<!", at);
            if (behind) {
                inside = at + 4;
            } else if (text.startsWith("(?<", at)) {
                inside = text.indexOf('>', at) + 1;
            } else {
                inside = afterFlags();
            }
        }
        take(inside);
        made.append(ASKED);
    }

    /** Behind {@code (?:}, {@code (?=}, {@code (?i:} and the like. */
    private int afterFlags() {
        int end = at + 2;
        while (isLetter(text.charAt(end)) || text.charAt(end) == '-') {
            if (text.charAt(end) == 'x') {
                throw new IllegalArgumentException("a pattern with the flag x: write it without spaces and comments");
            }
            end++;
        }
        return end + 1;
    }
}
