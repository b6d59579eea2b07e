package io.waxwing.stomp.wire;

import io.waxwing.stomp.frame.StompVersion;
import org.jspecify.annotations.Nullable;

/**
 * What stands for colon, backslash and line ends in names and values of headers (H1): nothing in 1.0, {@code \n \c \\}
 * in 1.1, {@code \r} too in 1.2.
 */
final class Escapes {
    private Escapes() {}

    /** Null if it has an escape that the version does not know (H2). */
    static @Nullable String read(String text, StompVersion version) {
        if (version == StompVersion.V1_0 || text.indexOf('\\') < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length());
        boolean escaped = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!escaped && c == '\\') {
                escaped = true;
                continue;
            }
            char plain = escaped ? plain(c, version) : c;
            if (escaped && plain == 0) {
                return null;
            }
            out.append(plain);
            escaped = false;
        }
        return escaped ? null : out.toString();
    }

    private static char plain(char escape, StompVersion version) {
        return switch (escape) {
            case 'n' -> '\n';
            case 'c' -> ':';
            case '\\' -> '\\';
            case 'r' -> version == StompVersion.V1_2 ? '\r' : 0;
            default -> 0;
        };
    }

    /**
     * Writes a name or value so that it cannot end its line, whatever it holds: what the version has no escape for, and
     * U+0000, becomes a space (H7).
     *
     * @param raw of a frame without escapes
     * @param name true: a colon would end it
     */
    static void write(String text, StompVersion version, boolean raw, boolean name, StringBuilder out) {
        boolean escapes = !raw && version != StompVersion.V1_0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\n' -> out.append(escapes ? "\\n" : " ");
                case '\r' -> out.append(escapes && version == StompVersion.V1_2 ? "\\r" : " ");
                case '\\' -> out.append(escapes ? "\\\\" : "\\");
                case ':' -> out.append(escapes ? "\\c" : name ? " " : ":");
                case '\0' -> out.append(' ');
                default -> out.append(c);
            }
        }
    }
}
