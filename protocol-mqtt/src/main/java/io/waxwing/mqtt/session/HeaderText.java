package io.waxwing.mqtt.session;

import java.nio.charset.StandardCharsets;

/**
 * Text that may hold any character, written so that it is a legal header value: percent signs, separators and control
 * characters become {@code %XX} of their UTF-8. All other text stays readable as it is.
 */
final class HeaderText {
    private HeaderText() {}

    static String escape(String text) {
        int first = 0;
        while (first < text.length() && !special(text.charAt(first))) {
            first++;
        }
        if (first == text.length()) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length() + 8).append(text, 0, first);
        for (int i = first; i < text.length(); i++) {
            char c = text.charAt(i);
            if (special(c)) {
                for (byte b : String.valueOf(c).getBytes(StandardCharsets.UTF_8)) {
                    appendHex(b, out);
                }
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    /** Undoes {@link #escape}; text that it did not write comes back as well as can be. */
    static String unescape(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        byte[] in = text.getBytes(StandardCharsets.UTF_8);
        byte[] out = new byte[in.length];
        int size = 0;
        for (int i = 0; i < in.length; i++) {
            boolean escaped = in[i] == '%' && i + 2 < in.length;
            int high = escaped ? Character.digit(in[i + 1], 16) : -1;
            int low = high < 0 ? -1 : Character.digit(in[i + 2], 16);
            if (low >= 0) {
                out[size++] = (byte) (high << 4 | low);
                i += 2;
            } else {
                out[size++] = in[i];
            }
        }
        return new String(out, 0, size, StandardCharsets.UTF_8);
    }

    /** Percent-encodes everything that a URI path segment may not hold (RFC 3986, unreserved stays). */
    static String uriSegment(String text) {
        StringBuilder out = new StringBuilder(text.length() + 8);
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = (b >= 'a' && b <= 'z')
                    || (b >= 'A' && b <= 'Z')
                    || (b >= '0' && b <= '9')
                    || b == '-'
                    || b == '.'
                    || b == '_'
                    || b == '~';
            if (plain) {
                out.append((char) b);
            } else {
                appendHex(b, out);
            }
        }
        return out.toString();
    }

    private static boolean special(char c) {
        return c == '%' || c == '&' || c == '=' || c < 0x20 || (c >= 0x7f && c <= 0x9f);
    }

    private static void appendHex(byte b, StringBuilder out) {
        out.append('%').append(hex(b >> 4)).append(hex(b));
    }

    private static char hex(int nibble) {
        return "0123456789ABCDEF".charAt(nibble & 0x0F);
    }
}
