package io.waxwing.http.exchange;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What of a Prefer header (RFC 7240) is ours.
 *
 * @param respondAsync answer as soon as the event is durable
 * @param waitMs longest wait asked for, -1 if it is not given
 */
public record Preferences(boolean respondAsync, long waitMs) {
    private static final long MAX_WAIT_SECONDS = 86_400;

    /** Unknown preferences are ignored, as RFC 7240 wants; a {@code wait} that is no number is ignored too. */
    public static Preferences parse(@Nullable String header) {
        boolean respondAsync = false;
        long waitMs = -1;
        if (header == null) {
            return new Preferences(false, -1);
        }
        for (String preference : header.split(",", -1)) {
            String token = preference.split(";", -1)[0].strip().toLowerCase(Locale.ROOT);
            if (token.equals("respond-async")) {
                respondAsync = true;
            } else if (token.startsWith("wait=")) {
                waitMs = seconds(token.substring(5).strip());
            }
        }
        return new Preferences(respondAsync, waitMs);
    }

    private static long seconds(String text) {
        if (!text.matches("[0-9]{1,9}")) {
            return -1;
        }
        return 1000 * Math.min(MAX_WAIT_SECONDS, Long.parseLong(text));
    }
}
