package io.waxwing.broker.config;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rules for what stands in lists. */
final class Items {
    private Items() {}

    /** Null if the text is none. */
    static @Nullable URI httpAddress(String text) {
        try {
            URI uri = URI.create(text);
            boolean isOne = uri.getHost() != null && List.of("http", "https").contains(String.valueOf(uri.getScheme()));
            return isOne ? uri : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Throws {@link RefusedException} WXW-2001 naming the first key of the item that is not known. */
    static void requireKeys(String path, Map<String, YamlSettings.Setting> item, List<String> known) {
        item.forEach((key, setting) -> {
            if (!known.contains(key)) {
                throw new RefusedException(
                        FailureCode.CONFIG_KEY,
                        setting.where() + ": '" + path + "." + key + "'; known are " + String.join(", ", known));
            }
        });
    }
}
