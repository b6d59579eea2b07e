package io.waxwing.broker.config;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.topic.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The entries of {@code topics.retention}. */
final class RetentionItems {
    private static final String PATH = "topics.retention";

    private RetentionItems() {}

    /** Throws {@link RefusedException} WXW-2001 or WXW-2002 naming what is wrong. */
    static List<TopicSettings.Retained> of(Settings settings) {
        List<TopicSettings.Retained> all = new ArrayList<>();
        for (Map<String, YamlSettings.Setting> item : settings.list(PATH).items()) {
            Items.requireKeys(PATH, item, List.of("filter", "age", "bytes"));
            YamlSettings.Setting filter = item.get("filter");
            YamlSettings.Setting age = item.get("age");
            YamlSettings.Setting bytes = item.get("bytes");
            if (filter == null || (age == null && bytes == null)) {
                throw new RefusedException(
                        FailureCode.CONFIG_VALUE, PATH + ": each entry has filter and age or bytes, or both");
            }
            all.add(new TopicSettings.Retained(
                    filter(filter),
                    age == null ? 0 : Settings.duration(PATH + ".age", age).toMillis(),
                    bytes == null ? 0 : Settings.size(PATH + ".bytes", bytes, 1L << 50)));
        }
        return all;
    }

    private static TopicFilter filter(YamlSettings.Setting filter) {
        try {
            return TopicFilter.parse(filter.text());
        } catch (RefusedException e) {
            throw Settings.bad(PATH + ".filter", filter, e.refusal().detail());
        }
    }
}
