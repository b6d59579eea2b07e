package io.waxwing.broker.config;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The defaults with everything laid over them, by dotted path, and typed reading. Every complaint names where the value
 * stands, the path, what was got and what is wanted.
 */
final class Settings {
    private static final int FINGERPRINT_BYTES = 8;
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{(env|file):([^}]+)}");
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,12})(ms|s|m|h|d)");
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,12})(B|KiB|MiB|GiB)");

    private final Map<String, YamlSettings.Setting> values;
    private final Map<String, YamlSettings.ListSetting> lists;
    private final Map<String, String> environment;
    private final Map<String, String> given = new TreeMap<>();

    private Settings(YamlSettings defaults, Map<String, String> environment) {
        this.values = new LinkedHashMap<>(defaults.scalars());
        this.lists = new LinkedHashMap<>(defaults.lists());
        this.environment = environment;
    }

    /** Lays file, environment and command line over the defaults, in this order; unknown keys are refused. */
    static Settings overlay(
            YamlSettings defaults,
            YamlSettings file,
            Map<String, String> environment,
            Map<String, String> commandLine) {
        Settings settings = new Settings(defaults, environment);
        file.scalars().forEach(settings::put);
        file.lists().forEach(settings::putList);
        environment.forEach((name, value) -> {
            if (name.startsWith("WAXWING_") && name.contains("__")) {
                settings.put(settings.pathOf(name), new YamlSettings.Setting(value, "environment " + name));
            }
        });
        commandLine.forEach((path, value) -> settings.put(path, new YamlSettings.Setting(value, "--set " + path)));
        return settings;
    }

    private void put(String path, YamlSettings.Setting value) {
        if (!values.containsKey(path)) {
            throw unknown(path, value.where());
        }
        values.put(path, value);
        given.put(path, value.text());
    }

    private static String texts(YamlSettings.ListSetting list) {
        List<String> items = new ArrayList<>();
        list.items().forEach(item -> {
            Map<String, String> texts = new TreeMap<>();
            item.forEach((name, setting) -> texts.put(name, setting.text()));
            items.add(texts.toString());
        });
        return items.toString();
    }

    private void putList(String path, YamlSettings.ListSetting value) {
        if (!lists.containsKey(path)) {
            throw unknown(path, value.where());
        }
        lists.put(path, value);
        given.put(path, texts(value));
    }

    /** Environment names carry no case, so the path is the known one that reads the same. */
    private String pathOf(String environmentName) {
        String path = environmentName
                .substring("WAXWING_".length())
                .toLowerCase(Locale.ROOT)
                .replace("__", ".");
        for (String known : values.keySet()) {
            if (known.toLowerCase(Locale.ROOT).equals(path)) {
                return known;
            }
        }
        return path;
    }

    private RefusedException unknown(String path, String where) {
        String nearest = Nearest.of(path, values.keySet(), lists.keySet());
        String hint = nearest.isEmpty() ? "" : "; did you mean '" + nearest + "'?";
        return new RefusedException(FailureCode.CONFIG_KEY, where + ": '" + path + "'" + hint);
    }

    /** Paths of the settings that the file, the environment or the command line gave, sorted. */
    List<String> given() {
        return List.copyOf(given.keySet());
    }

    /** Of {@link #given} with the texts as they were given, references unread. */
    String fingerprint() {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(given.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, FINGERPRINT_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    String text(String path) {
        return text(path, setting(path));
    }

    /** What stands there, with what its references name. */
    String text(String path, YamlSettings.Setting setting) {
        Matcher matcher = REFERENCE.matcher(setting.text());
        StringBuilder text = new StringBuilder();
        while (matcher.find()) {
            String replacement = resolve(path, setting, matcher.group(1), matcher.group(2));
            matcher.appendReplacement(text, Matcher.quoteReplacement(replacement));
        }
        return matcher.appendTail(text).toString();
    }

    private String resolve(String path, YamlSettings.Setting setting, String kind, String name) {
        if (kind.equals("env")) {
            String value = environment.get(name);
            if (value == null) {
                throw bad(path, setting, "environment variable " + name + " is not set");
            }
            return value;
        }
        try {
            return Files.readString(Path.of(name)).strip();
        } catch (IOException e) {
            throw bad(path, setting, "cannot read file " + name);
        }
    }

    private YamlSettings.Setting setting(String path) {
        return Objects.requireNonNull(values.get(path), path);
    }

    boolean flag(String path) {
        String text = text(path);
        if (text.equals("true") || text.equals("false")) {
            return text.equals("true");
        }
        throw bad(path, setting(path), "got '" + text + "', want true or false");
    }

    long number(String path, long min, long max) {
        String text = text(path);
        try {
            long number = Long.parseLong(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw bad(path, setting(path), "got '" + text + "', want a whole number from " + min + " to " + max);
        }
        throw bad(path, setting(path), "got " + text + ", want " + min + " to " + max);
    }

    Duration duration(String path) {
        return duration(path, new YamlSettings.Setting(text(path), setting(path).where()));
    }

    static Duration duration(String path, YamlSettings.Setting setting) {
        String text = setting.text();
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw bad(path, setting, "got '" + text + "', want a duration with a unit such as 500ms, 30s, 5m");
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    /** Bytes, at most {@code max}. */
    long size(String path, long max) {
        return size(path, new YamlSettings.Setting(text(path), setting(path).where()), max);
    }

    static long size(String path, YamlSettings.Setting setting, long max) {
        String text = setting.text();
        Matcher matcher = SIZE.matcher(text);
        if (!matcher.matches()) {
            throw bad(path, setting, "got '" + text + "', want a size with a unit such as 64KiB, 1MiB");
        }
        int shift = List.of("B", "KiB", "MiB", "GiB").indexOf(matcher.group(2)) * 10;
        long amount = Long.parseLong(matcher.group(1));
        if (amount > max >> shift) {
            throw bad(path, setting, "got " + text + ", want at most " + max + "B");
        }
        return amount << shift;
    }

    String oneOf(String path, List<String> words) {
        return oneOf(path, new YamlSettings.Setting(text(path), setting(path).where()), words);
    }

    static String oneOf(String path, YamlSettings.Setting setting, List<String> words) {
        if (!words.contains(setting.text())) {
            throw bad(path, setting, "got '" + setting.text() + "', want " + String.join(", ", words));
        }
        return setting.text();
    }

    String matching(String path, Pattern pattern, String wanted) {
        String text = text(path);
        if (!pattern.matcher(text).matches()) {
            throw bad(path, setting(path), "got '" + text + "', want " + wanted);
        }
        return text;
    }

    YamlSettings.ListSetting list(String path) {
        return Objects.requireNonNull(lists.get(path), path);
    }

    static RefusedException bad(String path, YamlSettings.Setting setting, String why) {
        return new RefusedException(FailureCode.CONFIG_VALUE, setting.where() + ": " + path + ": " + why);
    }
}
