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
    /** Each normative statement of both specifications with our requirements that it is part of, or why it has none. */
    private static final Path STATEMENTS = Path.of("src/test/resources/conformance/statements.txt");

    private static final String WHY = "why: ";
    private static final String OF_CLIENTS = "client";
    private static final List<Path> TESTS = List.of(
            Path.of("src/test/java"),
            Path.of("src/test/resources/conversations"),
            Path.of("src/test/resources/wire"),
            Path.of("../bus-core/src/test/java/io/waxwing/bus/topic"),
            Path.of("../broker/src/test/java/io/waxwing/broker/access"),
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
        List<String> all = Files.readAllLines(STATEMENTS);
        List<String> invented = new ArrayList<>(statements.keySet());
        all.forEach(line -> invented.remove(line.substring(0, line.indexOf(' '))));
        assertThat(invented)
                .as("statements that tests name and no specification has")
                .isEmpty();
        assertThat(all.stream().filter(line -> !isCovered(line)))
                .as("statements without a test and without a reason")
                .isEmpty();
        String page = page(known) + statements(all);
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
                assertThat(parts).as("open without a reason: " + line).hasSizeGreaterThan(1);
                open.add("- " + id + ", " + parts[0] + ": " + parts[1] + ".\n");
            } else {
                out.append("| ").append(id).append(" | ").append(parts[0]).append(" | ");
                out.append(String.join(", ", tests)).append(" |\n");
            }
        }
        out.append("\n## Open\n\n");
        open.forEach(out::append);
        return out.toString();
    }

    private boolean isCovered(String line) {
        String[] parts = line.split(" ", 2);
        return statements.containsKey(parts[0])
                || parts[1].equals(OF_CLIENTS)
                || parts[1].startsWith(WHY)
                || Stream.of(parts[1].split(",", -1)).allMatch(requirements::containsKey);
    }

    private String statements(List<String> all) {
        StringBuilder out = new StringBuilder("""

                ## Normative statements

                Every statement of MQTT 5 (appendix B) and 3.1.1 (appendix B) by its number. It is covered by the tests of the requirement
                that it is part of, above, and by those that name it themselves, here.

                | statement | requirement | tests that name it |
                | --- | --- | --- |
                """);
        StringBuilder reasons = new StringBuilder("\n## Statements without a test\n\n");
        List<String> ofClients = new ArrayList<>();
        for (String line : all) {
            String[] parts = line.split(" ", 2);
            if (parts[1].equals(OF_CLIENTS)) {
                ofClients.add(parts[0]);
            } else if (parts[1].startsWith(WHY)) {
                reasons.append("- ")
                        .append(parts[0])
                        .append(": ")
                        .append(parts[1].substring(WHY.length()))
                        .append(".\n");
            } else {
                out.append("| ")
                        .append(parts[0])
                        .append(" | ")
                        .append(parts[1].replace(",", ", "))
                        .append(" | ");
                out.append(String.join(", ", statements.getOrDefault(parts[0], new TreeSet<>())))
                        .append(" |\n");
            }
        }
        reasons.append("- Asked of clients, not of a server: ")
                .append(String.join(", ", ofClients))
                .append(".\n");
        return out.append(reasons).toString();
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
