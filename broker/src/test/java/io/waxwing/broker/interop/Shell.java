package io.waxwing.broker.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Runs a script with bash, so that a test shows what a person would type. A missing tool is a failure, never a skip.
 */
final class Shell {
    private static final int LIMIT_SECONDS = 120;

    private Shell() {}

    /** The root of the source tree. */
    static Path root() {
        return Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());
    }

    /** Runs the script in {@code folder} and returns what it printed; fails unless it ends with 0 in time. */
    static String run(Path folder, Map<String, String> environment, String script)
            throws IOException, InterruptedException {
        Path printed = Files.createTempFile("waxwing", ".out");
        Process process = start(folder, environment, script, printed);
        try {
            boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
            String output = Files.readString(printed);
            assertThat(ended).as("ends in time: " + script + "\n" + output).isTrue();
            assertThat(process.exitValue()).as(script + "\n" + output).isZero();
            return output;
        } finally {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
            Files.delete(printed);
        }
    }

    /** Starts the script; what it prints goes to a file. */
    static Process start(Path folder, Map<String, String> environment, String script, Path printed) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("bash", "-euo", "pipefail", "-c", script);
        builder.directory(folder.toFile()).redirectErrorStream(true).redirectOutput(printed.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        return process;
    }
}
