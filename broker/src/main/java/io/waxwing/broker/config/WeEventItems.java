package io.waxwing.broker.config;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.identity.Principal;
import io.waxwing.http.weevent.Scope;
import io.waxwing.http.weevent.WeEventSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** {@code weevent.*} and the entries of {@code weevent.groups}. */
final class WeEventItems {
    private static final String PATH = "weevent.groups";
    private static final Pattern GROUP = Pattern.compile("[1-9][0-9]{0,8}");
    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9._-]{1,64}(/[A-Za-z0-9._-]{1,64}){0,7}");

    private WeEventItems() {}

    /** Throws {@link RefusedException} WXW-2001 or WXW-2002 naming what is wrong. */
    static WeEventSettings of(Settings settings) {
        return new WeEventSettings(
                settings.flag("weevent.enabled"),
                (int) settings.number("weevent.maxContent", 1, 16 << 20),
                (int) settings.number("weevent.maxConnections", 1, 10_000_000),
                (int) settings.number("weevent.maxSubscriptions", 1, 1_000_000),
                settings.duration("weevent.holdBack").toMillis(),
                (int) settings.size("weevent.maxMessage", 64 << 20),
                settings.duration("weevent.connectTimeout").toMillis(),
                groups(settings),
                user(settings));
    }

    private static String user(Settings settings) {
        String user = settings.text("weevent.user");
        if (!user.isEmpty() && !Principal.isName(user)) {
            throw new RefusedException(FailureCode.CONFIG_VALUE, "weevent.user: want the name of a user, or nothing");
        }
        return user;
    }

    private static List<Scope> groups(Settings settings) {
        List<Scope> groups = new ArrayList<>();
        for (Map<String, YamlSettings.Setting> item : settings.list(PATH).items()) {
            Items.requireKeys(PATH, item, List.of("id", "prefix", "audience"));
            YamlSettings.Setting id = item.get("id");
            YamlSettings.Setting prefix = item.get("prefix");
            YamlSettings.Setting audience = item.get("audience");
            if (id == null || prefix == null) {
                throw new RefusedException(FailureCode.CONFIG_VALUE, PATH + ": each entry has id and prefix");
            }
            boolean isNew = groups.stream().noneMatch(known -> known.groupId().equals(id.text()));
            if (!GROUP.matcher(id.text()).matches() || id.text().equals(Scope.DEFAULT_ID) || !isNew) {
                throw Settings.bad(PATH + ".id", id, "want a number from 2, once");
            }
            boolean apart = groups.stream().noneMatch(known -> overlap(known.prefix(), prefix.text()));
            if (!PREFIX.matcher(prefix.text()).matches() || !apart) {
                throw Settings.bad(
                        PATH + ".prefix",
                        prefix,
                        "want levels of letters, digits, '.', '_' and '-', apart from others");
            }
            groups.add(new Scope(id.text(), prefix.text(), audience == null ? null : audience.text()));
        }
        return groups;
    }

    /** Whether topics of one would be topics of the other. */
    private static boolean overlap(String one, String other) {
        return (one + "/").startsWith(other + "/") || (other + "/").startsWith(one + "/");
    }
}
