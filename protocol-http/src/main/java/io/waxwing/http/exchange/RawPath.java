package io.waxwing.http.exchange;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The one rule for paths (protocols.md 3.8): the raw path is split at literal {@code /}, each piece is percent-decoded
 * once, {@code %2F} never splits. Literal empty pieces, {@code .}, {@code ..} and {@code ;} are refused.
 */
public final class RawPath {
    private RawPath() {}

    /**
     * The decoded pieces; the root has none.
     *
     * @param rawPath begins with {@code /}, without the query
     * @throws RefusedException WXW-1301
     */
    public static List<String> split(String rawPath) {
        if (rawPath.isEmpty() || rawPath.charAt(0) != '/') {
            throw refused("path '" + shown(rawPath) + "' does not begin with '/'");
        }
        List<String> pieces = new ArrayList<>();
        if (rawPath.length() == 1) {
            return pieces;
        }
        for (String raw : rawPath.substring(1).split("/", -1)) {
            if (raw.isEmpty()) {
                throw refused("the path has an empty piece; a topic with an empty level is written with %2F,"
                        + " for example /v1/topics/%2FTopicA/events");
            }
            if (raw.equals(".") || raw.equals("..") || raw.indexOf(';') >= 0) {
                throw refused("piece '" + shown(raw) + "': '.', '..' and ';' are not used in paths; a topic is written"
                        + " with %2F between its levels and %3B for ';'");
            }
            pieces.add(PercentText.decode(raw, false, FailureCode.PROTOCOL, "path"));
        }
        return pieces;
    }

    /** The form that stands in links: everything but unreserved characters is encoded, so {@code /} is {@code %2F}. */
    public static String encode(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (plain || c == '-' || c == '.' || c == '_' || c == '~') {
                out.append(c);
            } else {
                out.append('%')
                        .append(Character.toUpperCase(Character.forDigit(c >> 4, 16)))
                        .append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
            }
        }
        return out.toString();
    }

    private static RefusedException refused(String detail) {
        return new RefusedException(FailureCode.PROTOCOL, detail);
    }

    private static String shown(String text) {
        return text.length() > 80 ? text.substring(0, 80) + "…" : text;
    }
}
