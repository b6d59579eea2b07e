package io.waxwing.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Keeps {@code docs/mqtt-conformance.md} true: which requirement and which normative statement is named by which test,
 * and which are open. With {@code -Dconformance.rewrite=true} the page is written anew: then read the diff.
 */
class ConformancePageTest {
    private static final Path PAGE = Path.of("../docs/mqtt-conformance.md");
    private static final Path REQUIREMENTS = Path.of("src/test/resources/conformance/requirements.txt");
    private static final List<Path> TESTS = List.of(
            Path.of("src/test/java"),
            Path.of("src/test/resources/conversations"),
            Path.of("src/test/resources/wire"),
            Path.of("../broker/src/test/java/io/waxwing/broker/process"),
            Path.of("../broker/src/test/java/io/waxwing/broker/dispatch"));
    private static final Pattern REQUIREMENT = Pattern.compile("\\b([ECSTKWPDFBHRAXN])-(\\d{1,2})\\b");
    private static final Pattern STATEMENT = Pattern.compile("\\[?(MQTT5|MQTT311)-(\\d+\\.\\d+\\.\\d+)-(\\d+)\\b");

    private final Map<String, TreeSet<String>> requirements = new TreeMap<>();
    private final Map<String, TreeSet<String>> statements = new TreeMap<>(inOrder());

    @Test
    void thePageSaysWhatTheTestsSay() throws IOException {
        for (Path folder : TESTS) {
            collect(folder);
        }
        List<String> known = Files.readAllLines(REQUIREMENTS);
        List<String> unknown = new ArrayList<>(requirements.keySet());
        known.forEach(line -> unknown.remove(line.substring(0, line.indexOf(' '))));
        assertThat(unknown).as("requirements that tests name and nobody wrote").isEmpty();
        String page = page(known);
        if (Boolean.getBoolean("conformance.rewrite")) {
            Files.writeString(PAGE, page);
        }
        assertThat(page).isEqualTo(Files.readString(PAGE));
    }

    private void collect(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                String name = String.valueOf(file.getFileName()).replaceAll("\\.(java|txt)$", "");
                if (!name.equals("ConformancePageTest")) {
                    String text = Files.readString(file, StandardCharsets.UTF_8);
                    find(REQUIREMENT, text, name, requirements);
                    find(STATEMENT, text, name, statements);
                }
            }
        }
    }

    private static void find(Pattern pattern, String text, String name, Map<String, TreeSet<String>> into) {
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            String id = matcher.group().replace("[", "");
            into.computeIfAbsent(id, unused -> new TreeSet<>()).add(name);
        }
    }

    private String page(List<String> known) {
        StringBuilder out = new StringBuilder("""
                # MQTT: what is covered by which test

                Made from the tests by `ConformancePageTest`, which fails when this page is not what they say. A name is a conversation
                in `protocol-mqtt/src/test/resources/conversations`, a list in `.../wire`, or a test class. That a test names a
                statement says that it would fail if the statement were broken in the way the test looks at; it is no proof of every case.

                ## Requirements

                The identifiers are ours; they order what both specifications ask of a server.

                | | what | tests |
                | --- | --- | --- |
                """);
        List<String> open = new ArrayList<>();
        for (String line : known) {
            String id = line.substring(0, line.indexOf(' '));
            String[] parts = line.substring(id.length() + 1).split(" \\| ", -1);
            TreeSet<String> tests = requirements.getOrDefault(id, new TreeSet<>());
            if (parts.length > 1 || tests.isEmpty()) {
                String reason = parts.length > 1 ? parts[1] : "no test names it";
                open.add("- " + id + ", " + parts[0] + ": " + reason + ".\n");
            } else {
                out.append("| ").append(id).append(" | ").append(parts[0]).append(" | ");
                out.append(String.join(", ", tests)).append(" |\n");
            }
        }
        out.append("\n## Open\n\n");
        open.forEach(out::append);
        out.append(
                "\n## Normative statements that tests name\n\nStatements that are not here are named by no test.\n\n");
        out.append("| statement | tests |\n| --- | --- |\n");
        statements.forEach((id, tests) -> out.append("| ")
                .append(id)
                .append(" | ")
                .append(String.join(", ", tests))
                .append(" |\n"));
        return out.toString();
    }

    /** By specification, section and number. */
    private static Comparator<String> inOrder() {
        return Comparator.comparing((String id) -> id.substring(0, id.indexOf('-')))
                .thenComparing(id -> {
                    StringBuilder padded = new StringBuilder();
                    Matcher numbers = Pattern.compile("\\d+").matcher(id.substring(id.indexOf('-')));
                    while (numbers.find()) {
                        padded.append("0".repeat(4 - numbers.group().length())).append(numbers.group());
                    }
                    return padded.toString();
                });
    }
}
