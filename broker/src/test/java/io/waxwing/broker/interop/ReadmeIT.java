package io.waxwing.broker.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's tour, typed by a test: its own words, on the default ports, with the launcher. */
@Tag("interop")
class ReadmeIT {
    private static final Pattern TOUR = Pattern.compile("```sh tour\n(.*?)```", Pattern.DOTALL);

    @TempDir
    private Path folder = Path.of("");

    @Test
    void theTourEndsWithAVerifiedReceiptWithin45Seconds() throws Exception {
        Matcher tour = TOUR.matcher(Files.readString(Shell.root().resolve("README.md")));
        assertThat(tour.find()).isTrue();
        Files.createSymbolicLink(folder.resolve("waxwing"), Shell.root().resolve("waxwing"));
        long begin = System.nanoTime();
        Process server = new ProcessBuilder(
                        Shell.root().resolve("waxwing").toString(), "server", "run", "--ready-file", "ready")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        try {
            Awaitility.await()
                    .atMost(45, TimeUnit.SECONDS)
                    .until(() -> Files.exists(folder.resolve("ready")) || !server.isAlive());
            assertThat(server.isAlive()).as(log()).isTrue();
            long readyMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
            String output = Shell.run(folder, Map.of(), tour.group(1));
            long verifiedMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
            assertThat(output).contains("\"status\":\"ordered\"").contains("VERIFIED");
            System.out.println("ReadmeIT: ready after " + readyMs + " ms, verified after " + verifiedMs + " ms");
            assertThat(verifiedMs).isLessThan(45_000);
        } finally {
            server.destroy();
            server.waitFor();
        }
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("log"));
    }
}
