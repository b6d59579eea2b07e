package io.waxwing.broker.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of docs/demo.md, typed by a test in one shell, from the first to the last. */
class DemoPageIT {
    @TempDir
    private Path folder = Path.of("");

    private Path state() {
        return folder.resolve("state");
    }

    @AfterEach
    void endWhatAFailedTestLeftRunning() throws Exception {
        Path left = state().resolve("demo");
        if (Files.exists(left)) {
            NodeProcess.command("demo", "reset", "--dir", left.toString());
        }
    }

    @Test
    void everyCommandOfThePageDoesWhatThePageSays() throws Exception {
        Path root = Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());
        PageShell shell = new PageShell(root.resolve("docs/demo.md"), "demo");
        assertThat(shell.commands()).hasSizeGreaterThan(20);
        String output = shell.run(folder, "WAXWING_STATE", state().toString());
        assertThat(output)
                .contains("RESULT     VERIFIED")
                .contains("3 of 4 run, the quorum is 3: events still become final")
                .contains("2 of 4 run, the quorum is 3: nothing becomes final")
                .contains("4 of 4 run")
                .contains("WXW-2104")
                .contains("RESULT   DAMAGED")
                .contains("deleted " + state().resolve("demo"));
        assertThat(state().resolve("demo")).doesNotExist();
    }
}
