package io.waxwing.broker.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keeps docs/attackers.md true: every row names tests, and each of them exists. */
class AttackersPageTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern NAMED = Pattern.compile("`([a-z-]+) ([^`]+)`");
    private static final Pattern TEST = Pattern.compile("@(Test|ParameterizedTest|TestFactory|FuzzTest)\\b");

    static Stream<String> rows() throws IOException {
        return Files.readAllLines(ROOT.resolve("docs/attackers.md")).stream()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| ---") && !line.startsWith("| who tries"));
    }

    private static Path module(String name) {
        for (String prefix : List.of("", "protocol-", "clients/")) {
            if (Files.isDirectory(ROOT.resolve(prefix + name + "/src/test"))) {
                return ROOT.resolve(prefix + name + "/src/test");
            }
        }
        return ROOT.resolve(name + "-core/src/test");
    }

    private static List<Path> files(Path under, String name) throws IOException {
        try (Stream<Path> all = Files.walk(under)) {
            return all.filter(file -> file.endsWith(name)).toList();
        }
    }

    /** Why a test that a row names is none; empty if it is one. */
    private static String missing(String module, String test) throws IOException {
        if (test.contains("/")) {
            return files(module(module), test).isEmpty() ? "no file " + test : "";
        }
        String[] parts = test.split("\\.");
        for (Path file : files(module(module), parts[0] + ".java")) {
            String source = Files.readString(file);
            Matcher method = Pattern.compile("void " + (parts.length == 1 ? "\\w+" : parts[1]) + "\\(")
                    .matcher(source);
            while (method.find()) {
                int from = Math.max(source.lastIndexOf("\n    }\n", method.start()), source.indexOf("class "));
                if (TEST.matcher(source.substring(from, method.start())).find()) {
                    return "";
                }
            }
        }
        return "no test " + test + " in " + module;
    }

    @ParameterizedTest
    @MethodSource("rows")
    void namesTestsThatExist(String row) throws IOException {
        String[] columns = row.split("(?<!\\\\)\\|");
        assertThat(columns).as("who, what, test").hasSize(4);
        Matcher named = NAMED.matcher(columns[3]);
        List<String> wrong = new ArrayList<>();
        int count = 0;
        while (named.find()) {
            count++;
            wrong.add(missing(named.group(1), named.group(2)));
        }
        assertThat(count).as("tests of a row").isPositive();
        assertThat(wrong).allMatch(String::isEmpty);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no credentials", "wrong password", "another's certificate", "has ended", "`none`", "`#`, `+`", "%2F",
                        "leaves the topic's path",
                "header of another protocol", "SSRF", "without end", "unpacks", "JSON 200,000 deep", "captured publish",
                        "into the log", "private keys"
            })
    void nobodyIsForgotten(String attacker) throws IOException {
        assertThat(rows()).anyMatch(row -> row.split("(?<!\\\\)\\|")[1].contains(attacker));
    }

    @Test
    void aTestThatDoesNotExistIsFound() throws IOException {
        assertThat(missing("broker", "AttackersPageTest.aTestThatDoesNotExistIsFound"))
                .isEmpty();
        assertThat(missing("broker", "AttackersPageTest.rows")).isNotEmpty();
        assertThat(missing("broker", "AttackersPageTest.thereIsNone")).isNotEmpty();
        assertThat(missing("http", "NoSuchTest")).isNotEmpty();
    }
}
