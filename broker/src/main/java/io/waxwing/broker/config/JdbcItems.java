package io.waxwing.broker.config;

import io.waxwing.broker.jdbc.JdbcSettings;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.identity.Principal;
import io.waxwing.bus.identity.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code jdbc.*} and the entries of {@code jdbc.connections}. */
final class JdbcItems {
    private static final String PATH = "jdbc.connections";
    private static final String ANYBODY = "any";
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");

    private JdbcItems() {}

    /** Throws {@link RefusedException} WXW-2001 or WXW-2002 naming what is wrong. */
    static JdbcSettings of(Settings settings) {
        return new JdbcSettings(
                settings.text("jdbc.drivers"),
                millis(settings, "jdbc.connectTimeout"),
                millis(settings, "jdbc.timeout"),
                (int) settings.number("jdbc.waiting", 1, 1_000_000),
                connections(settings));
    }

    private static long millis(Settings settings, String path) {
        long millis = settings.duration(path).toMillis();
        if (millis < 1_000 || millis > 120_000) {
            throw new RefusedException(FailureCode.CONFIG_VALUE, path + ": want 1s to 2m");
        }
        return millis;
    }

    private static List<JdbcSettings.Named> connections(Settings settings) {
        List<JdbcSettings.Named> all = new ArrayList<>();
        for (Map<String, YamlSettings.Setting> item : settings.list(PATH).items()) {
            Items.requireKeys(PATH, item, List.of("name", "url", "user", "password", "users"));
            YamlSettings.Setting name = item.get("name");
            String url = text(settings, item, "url");
            if (name == null || !url.startsWith("jdbc:")) {
                // Not shown: such addresses often carry a secret.
                throw new RefusedException(
                        FailureCode.CONFIG_VALUE, PATH + ": each entry has a name, and a url that begins with jdbc:");
            }
            boolean isNew = all.stream().noneMatch(known -> known.name().equals(name.text()));
            if (!NAME.matcher(name.text()).matches() || !isNew) {
                throw Settings.bad(PATH + ".name", name, "want a-z, 0-9 and '-', beginning with a letter, once");
            }
            YamlSettings.Setting users = item.get("users");
            boolean anybody = users != null && users.text().equals(ANYBODY);
            all.add(new JdbcSettings.Named(
                    name.text(),
                    url,
                    text(settings, item, "user"),
                    Secret.utf8(text(settings, item, "password")),
                    anybody ? Set.of() : users(users),
                    anybody));
        }
        return all;
    }

    private static String text(Settings settings, Map<String, YamlSettings.Setting> item, String key) {
        YamlSettings.Setting setting = item.get(key);
        return setting == null ? "" : settings.text(PATH + "." + key, setting);
    }

    private static Set<String> users(YamlSettings.@Nullable Setting users) {
        if (users == null || users.text().isEmpty()) {
            return Set.of();
        }
        List<String> names = List.of(users.text().split(", *", -1));
        if (!names.stream().allMatch(Principal::isName)) {
            throw Settings.bad(PATH + ".users", users, "want names of users parted by commas, or any");
        }
        return Set.copyOf(names);
    }
}
