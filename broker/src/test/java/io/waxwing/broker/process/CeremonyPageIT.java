package io.waxwing.broker.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of docs/ceremony.md, typed by a test in one shell, from the first to the last. */
class CeremonyPageIT {
    private static final Pattern BLOCK = Pattern.compile("```sh ceremony\n(.*?)```", Pattern.DOTALL);
    private static final int LIMIT_SECONDS = 180;

    @TempDir
    private Path folder = Path.of("");

    @Test
    void everyCommandOfThePageWorksAndTheNodesStart() throws Exception {
        Path root = Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());
        StringBuilder script = new StringBuilder();
        Matcher blocks = BLOCK.matcher(Files.readString(root.resolve("docs/ceremony.md")));
        while (blocks.find()) {
            script.append(blocks.group(1));
        }
        assertThat(script.toString().lines().filter(line -> line.contains("waxwing ")))
                .hasSizeGreaterThan(12);
        String output = bash(script.toString());
        assertThat(output)
                .contains("signed for bank-b")
                .contains("is signed by 4 of 4, quorum 3")
                .contains("utility is that of utility on ledger ")
                .doesNotContain("ERROR");
    }

    /**
     * As {@code waxwing} a function stands for the launcher: the class path is this test's, nothing is packaged yet.
     */
    private String bash(String script) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String waxwing = "waxwing() { '" + java + "' -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp \"$CLASS_PATH\""
                + " io.waxwing.broker.Main \"$@\"; }\n";
        ProcessBuilder builder = new ProcessBuilder("bash", "-euo", "pipefail", "-c", waxwing + script);
        builder.environment().put("CLASS_PATH", System.getProperty("java.class.path"));
        builder.directory(folder.toFile()).redirectErrorStream(true);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).as(output).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }
}
