package io.waxwing.http.exchange;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which pages of browsers may do something; programs, which send no {@code Origin}, always may.
 *
 * @param same pages of the host that is asked
 * @param any all pages
 * @param named these pages, such as {@code https://console.bank-a.example}
 */
public record Origins(boolean same, boolean any, List<String> named) {
    /** Only pages of the node itself. */
    public static final Origins SAME = new Origins(true, false, List.of());

    /** No page. */
    public static final Origins NONE = new Origins(false, false, List.of());

    public Origins {
        named = named.stream().map(each -> each.toLowerCase(Locale.ROOT)).toList();
    }

    /** {@code same}, {@code any}, {@code none}, or origins parted by commas, besides those of the same host. */
    public static Origins of(String setting) {
        return switch (setting) {
            case "same" -> SAME;
            case "none" -> NONE;
            case "any" -> new Origins(true, true, List.of());
            default -> new Origins(true, false, List.of(setting.split(", *", -1)));
        };
    }

    /** {@code origin} as it came, null if it did not; {@code authority} is the host and port that were asked. */
    public boolean allow(@Nullable String origin, @Nullable String authority) {
        if (origin == null || any) {
            return true;
        }
        String page = origin.toLowerCase(Locale.ROOT);
        boolean own = same
                && authority != null
                && page.matches("https?://.*")
                && page.replaceFirst("https?://", "").equals(authority.toLowerCase(Locale.ROOT));
        return own || named.contains(page);
    }
}
