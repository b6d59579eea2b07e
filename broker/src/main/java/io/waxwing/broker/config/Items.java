package io.waxwing.broker.config;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import java.util.List;
import java.util.Map;

/** The rule for entries of lists: no key that is not known. */
final class Items {
    private Items() {}

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
