package io.waxwing.broker.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The code blocks of a page of the documentation that bear one word, run as one script. As {@code waxwing} a function
 * stands for the launcher: the class path is this test's, nothing is packaged yet.
 */
final class PageShell {
    private static final int LIMIT_SECONDS = 240;

    private final String script;

    PageShell(Path page, String word) throws IOException {
        StringBuilder blocks = new StringBuilder();
        Matcher found =
                Pattern.compile("```sh " + word + "\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(page));
        while (found.find()) {
            blocks.append(found.group(1));
        }
        script = blocks.toString();
    }

    /** The lines that call {@code waxwing}. */
    List<String> commands() {
        return script.lines().filter(line -> line.contains("waxwing ")).toList();
    }

    /** Runs them all in {@code folder} with one more variable in the environment; returns what they printed. */
    String run(Path folder, String variable, String value) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        // In a subshell it takes the shell's place, so that a page can end what it began in the background.
        String waxwing = "waxwing() { local in=exec; [ \"$BASHPID\" != $$ ] || in=command; $in '" + java
                + "' -Xmx192m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 io.waxwing.broker.Main \"$@\"; }\n";
        Path printed = Files.createTempFile("waxwing", ".out");
        ProcessBuilder builder = new ProcessBuilder("bash", "-euo", "pipefail", "-c", waxwing + script);
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        builder.environment().put(variable, value);
        // To a file: what the script leaves running must not keep the end of its output from coming.
        builder.directory(folder.toFile()).redirectErrorStream(true).redirectOutput(printed.toFile());
        Process process = builder.start();
        process.getOutputStream().close();
        boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly();
        String output = Files.readString(printed, StandardCharsets.UTF_8);
        Files.delete(printed);
        assertThat(ended).as("ends in time: " + output).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }
}
