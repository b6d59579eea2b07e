package io.waxwing.http.exchange;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Chooses among a resource's media types by the Accept header (RFC 9110 section 12.5.1). */
public final class Accept {
    private Accept() {}

    /**
     * The best offer; the first one if there is no header.
     *
     * @param header the Accept header, null if absent
     * @param offers {@code type/subtype} in lower case, the resource's own order of preference
     * @return null if none is acceptable
     */
    public static @Nullable String choose(@Nullable String header, List<String> offers) {
        if (header == null || header.isBlank()) {
            return offers.get(0);
        }
        String best = null;
        double bestQuality = 0;
        for (String offer : offers) {
            double quality = qualityOf(header, offer);
            if (quality > bestQuality) {
                best = offer;
                bestQuality = quality;
            }
        }
        return best;
    }

    private static double qualityOf(String header, String offer) {
        double quality = 0;
        int bestPrecision = -1;
        for (String range : header.split(",", -1)) {
            String[] parts = range.split(";", -1);
            int precision = precision(parts[0].strip().toLowerCase(Locale.ROOT), offer);
            if (precision > bestPrecision) {
                bestPrecision = precision;
                quality = weight(parts);
            }
        }
        return quality;
    }

    /** 2 for the type itself, 1 for {@code type/*}, 0 for any, -1 if it does not match. */
    private static int precision(String range, String offer) {
        if (range.equals(offer)) {
            return 2;
        }
        if (range.equals("*/*")) {
            return 0;
        }
        boolean typeMatches = range.endsWith("/*") && offer.startsWith(range.substring(0, range.length() - 1));
        return typeMatches ? 1 : -1;
    }

    private static double weight(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip().toLowerCase(Locale.ROOT);
            if (parameter.startsWith("q=")) {
                try {
                    return Math.max(0, Math.min(1, Double.parseDouble(parameter.substring(2))));
                } catch (NumberFormatException notANumber) {
                    return 0;
                }
            }
        }
        return 1;
    }
}
