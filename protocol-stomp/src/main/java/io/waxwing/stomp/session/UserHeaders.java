package io.waxwing.stomp.session;

import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What a publisher wrote as headers of its own, as one value of the event's header {@link #NAME}, which its publisher
 * commits to (H5): {@code name=value} joined by {@code &} in the order of the frame. {@code % & =} and control
 * characters are {@code %XX} of their UTF-8. A name without {@code =} has its value in the attribute of that name.
 */
final class UserHeaders {
    /** The event's header that holds them. */
    static final String NAME = "stomp.headers";

    private final StringBuilder text = new StringBuilder();

    /** Adds one; a null value: it is the attribute of that name. */
    void add(String name, @Nullable String value) {
        if (!text.isEmpty()) {
            text.append('&');
        }
        escape(name);
        if (value != null) {
            text.append('=');
            escape(value);
        }
    }

    boolean isEmpty() {
        return text.isEmpty();
    }

    @Override
    public String toString() {
        return text.toString();
    }

    private void escape(String plain) {
        for (int i = 0; i < plain.length(); i++) {
            char c = plain.charAt(i);
            boolean control = c < 0x20 || (c >= 0x7f && c <= 0x9f);
            if (!control && c != '%' && c != '&' && c != '=') {
                text.append(c);
                continue;
            }
            for (byte b : String.valueOf(c).getBytes(StandardCharsets.UTF_8)) {
                text.append('%').append(Character.forDigit(b >> 4 & 15, 16)).append(Character.forDigit(b & 15, 16));
            }
        }
    }

    /** Calls {@code each} with what {@link #add} got; {@code escaped} may come from anywhere, so anything is read. */
    static void forEach(String escaped, BiConsumer<String, @Nullable String> each) {
        for (int from = 0; from <= escaped.length(); ) {
            int end = escaped.indexOf('&', from);
            end = end < 0 ? escaped.length() : end;
            int equals = escaped.indexOf('=', from);
            boolean hasValue = equals >= 0 && equals < end;
            String name = plain(escaped.substring(from, hasValue ? equals : end));
            if (!name.isEmpty()) {
                each.accept(name, hasValue ? plain(escaped.substring(equals + 1, end)) : null);
            }
            from = end + 1;
        }
    }

    private static String plain(String escaped) {
        if (escaped.indexOf('%') < 0) {
            return escaped;
        }
        byte[] in = escaped.getBytes(StandardCharsets.UTF_8);
        int size = 0;
        for (int i = 0; i < in.length; size++) {
            boolean pair = in[i] == '%'
                    && i + 2 < in.length
                    && Character.digit(in[i + 1], 16) >= 0
                    && Character.digit(in[i + 2], 16) >= 0;
            in[size] = pair ? (byte) (Character.digit(in[i + 1], 16) << 4 | Character.digit(in[i + 2], 16)) : in[i];
            i += pair ? 3 : 1;
        }
        return new String(in, 0, size, StandardCharsets.UTF_8);
    }
}
