package io.waxwing.http.exchange;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The query of one request, read from its raw text. {@code filter} is percent-decoded only, so that an unescaped
 * {@code +} stays the wildcard; all others are form-decoded. Unknown names and repeats are refused.
 */
public final class Query {
    private final Map<String, String> values;

    private Query(Map<String, String> values) {
        this.values = values;
    }

    /**
     * Reads a raw query.
     *
     * @param raw without {@code ?}; null if the request has none
     * @param known names that this resource has
     * @throws RefusedException WXW-1302
     */
    public static Query parse(@Nullable String raw, Set<String> known) {
        Map<String, String> values = new HashMap<>();
        if (raw == null || raw.isEmpty()) {
            return new Query(values);
        }
        for (String pair : raw.split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = PercentText.decode(
                    equals < 0 ? pair : pair.substring(0, equals), true, FailureCode.PARAMETER, "query");
            if (!known.contains(name)) {
                throw refused("unknown query parameter '" + shown(name) + "', this resource has "
                        + (known.isEmpty() ? "none" : String.join(", ", new TreeSet<>(known))));
            }
            String value = equals < 0 ? "" : pair.substring(equals + 1);
            String decoded =
                    PercentText.decode(value, !name.equals("filter"), FailureCode.PARAMETER, "query parameter " + name);
            if (values.put(name, decoded) != null) {
                throw refused("query parameter '" + name + "' is given twice");
            }
        }
        return new Query(values);
    }

    public @Nullable String get(String name) {
        return values.get(name);
    }

    public boolean has(String name) {
        return values.containsKey(name);
    }

    /** A whole number from {@code min} to {@code max}, or {@code absent} if it is not given. */
    public int number(String name, int min, int max, int absent) {
        String text = values.get(name);
        if (text == null) {
            return absent;
        }
        try {
            int value = Integer.parseInt(text);
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException notANumber) {
            throw refused(name + " is '" + shown(text) + "', want a number from " + min + " to " + max);
        }
        throw refused(name + " is " + text + ", want a number from " + min + " to " + max);
    }

    /** WXW-1302 with this detail. */
    public static RefusedException refused(String detail) {
        return new RefusedException(FailureCode.PARAMETER, detail);
    }

    private static String shown(String text) {
        return (text.length() > 64 ? text.substring(0, 64) + "…" : text).replaceAll("\\p{Cntrl}", "?");
    }
}
