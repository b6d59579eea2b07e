package io.waxwing.broker.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.http.exchange.HttpSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Keeps {@code docs/limits.md} true: each limit with the default that is in force, and what is seen when it is hit.
 * With {@code -Dlimits.rewrite=true} the page is written anew: then read the diff.
 */
class LimitsPageTest {
    private static final Path PAGE = Path.of("../docs/limits.md");
    private static final Path SEEN = Path.of("src/test/resources/limits/limits.txt");
    private static final Path OTHERS = Path.of("src/test/resources/limits/others.txt");
    private static final Pattern NUMBER = Pattern.compile("\\d+(ms|s|m|h|d|B|KiB|MiB|GiB)?");
    private static final Pattern CODE = Pattern.compile("WXW-\\d{4}");
    private static final String FIXED = "fixed ";
    private static final String HTTP = "http ";

    /** What stands behind a setting: its text, and the comment in front of it. */
    private record Setting(String value, String comment) {}

    @Test
    void thePageSaysWhatIsInForce() throws IOException {
        Map<String, Setting> settings = settings();
        Map<String, String> others = lines(OTHERS, " ");
        Map<String, String> seen = lines(SEEN, " \\| ");
        Set<String> unknown = new LinkedHashSet<>(settings.keySet());
        unknown.removeIf(path -> !NUMBER.matcher(settings.get(path).value()).matches());
        unknown.removeAll(others.keySet());
        unknown.removeAll(seen.keySet());
        assertThat(unknown).as("settings that nobody said to be limits or not").isEmpty();
        assertThat(others.keySet()).as("others").isSubsetOf(settings.keySet());
        String page = page(settings, seen);
        if (Boolean.getBoolean("limits.rewrite")) {
            Files.writeString(PAGE, page);
        }
        assertThat(page).isEqualTo(Files.readString(PAGE));
    }

    @Test
    void codesAndMetricsOfThePageExist() throws IOException {
        List<String> codes =
                Stream.of(FailureCode.values()).map(FailureCode::text).toList();
        String sources = sources();
        for (String seen : lines(SEEN, " \\| ").values()) {
            Matcher matcher = CODE.matcher(seen);
            while (matcher.find()) {
                assertThat(codes).contains(matcher.group());
            }
            String metric = seen.substring(seen.lastIndexOf(" | ") + 3);
            String name =
                    metric.replaceFirst("\\{.*", "").replaceFirst("_total$", "").replace('_', '.');
            assertThat(metric.equals("-") || sources.contains("\"" + name + "\""))
                    .as("metric %s", metric)
                    .isTrue();
        }
    }

    private static String sources() throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.walk(Path.of(".."))) {
            for (Path file : files.filter(each ->
                            each.toString().endsWith(".java") && each.toString().contains("src/main"))
                    .toList()) {
                all.append(Files.readString(file));
            }
        }
        return all.toString();
    }

    /** By the first column, in the order of the file. */
    private static Map<String, String> lines(Path file, String parting) throws IOException {
        Map<String, String> lines = new LinkedHashMap<>();
        for (String line : Files.readAllLines(file)) {
            if (!line.startsWith("#")) {
                String[] parts = line.split(parting, 2);
                assertThat(lines.put(parts[0], parts[1]))
                        .as("twice: " + parts[0])
                        .isNull();
            }
        }
        return lines;
    }

    private static Map<String, Setting> settings() {
        Map<String, Setting> all = new LinkedHashMap<>();
        List<String> path = new ArrayList<>();
        List<String> comment = new ArrayList<>();
        boolean inComment = false;
        for (String line : ConfigLoader.defaultsText().split("\n", -1)) {
            String text = line.strip();
            if (text.startsWith("#")) {
                if (!inComment) {
                    comment.clear();
                }
                comment.add(text.substring(1).strip());
            } else if (text.isEmpty()) {
                comment.clear();
            } else {
                int depth = (line.length() - line.stripLeading().length()) / 2;
                path.subList(depth, path.size()).clear();
                int colon = text.indexOf(':');
                path.add(text.substring(0, colon));
                String value = text.substring(colon + 1).strip();
                if (value.isEmpty()) {
                    comment.clear();
                } else {
                    all.put(String.join(".", path), new Setting(value, String.join(" ", comment)));
                }
            }
            inComment = text.startsWith("#");
        }
        return all;
    }

    private static String page(Map<String, Setting> settings, Map<String, String> seen) {
        StringBuilder page = new StringBuilder("""
                # Limits

                Every bound that clients can meet, with its default, and what they see then. Made from the defaults by `LimitsPageTest`, which
                fails when this page is not what they say. `waxwing server config` prints all settings; a refusal's code is explained by
                `waxwing error WXW-nnnn`.

                ## Settings

                | setting | default | unit | what | seen by clients | metric |
                | --- | --- | --- | --- | --- | --- |
                """);
        seen.forEach((name, text) -> {
            Setting setting = settings.get(name);
            if (!name.contains(" ")) {
                assertThat(setting).as(name).isNotNull();
                row(page, "`" + name + "`", setting.value(), setting.comment(), text);
            }
        });
        page.append("""

                ## Fixed

                | bound | value | unit | what | seen by clients | metric |
                | --- | --- | --- | --- | --- | --- |
                """);
        seen.forEach((name, text) -> {
            if (name.startsWith(FIXED)) {
                String constant = name.substring(FIXED.length());
                row(
                        page,
                        "`" + constant.replaceFirst(".*\\.", "").replace('#', '.') + "`",
                        constant(constant),
                        "",
                        text);
            } else if (name.startsWith(HTTP)) {
                String component = name.substring(HTTP.length());
                row(page, "HTTP `" + component + "`", component(component), "", text);
            }
        });
        return page.toString();
    }

    private static void row(StringBuilder page, String name, String value, String comment, String text) {
        String unit = value.matches("\\d+(ms|s|m|h|d)") || name.contains("Ms`")
                ? "time"
                : value.matches("\\d+\\D+") || name.toLowerCase(Locale.ROOT).contains("bytes") ? "bytes" : "number";
        String what = comment.isEmpty() ? "" : comment.replace("|", "\\|");
        String[] parts = text.split(" \\| ", -1);
        page.append(Stream.of(name, value, unit, what, parts[0], parts[1].equals("-") ? "" : "`" + parts[1] + "`")
                .collect(Collectors.joining(" | ", "| ", " |\n")));
    }

    private static String constant(String name) {
        try {
            int hash = name.indexOf('#');
            return String.valueOf(Class.forName(name.substring(0, hash))
                    .getField(name.substring(hash + 1))
                    .get(null));
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(name, e);
        }
    }

    private static String component(String name) {
        try {
            return String.valueOf(HttpSettings.class.getMethod(name).invoke(HttpSettings.defaults()));
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(name, e);
        }
    }
}
