package io.waxwing.broker.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of docs/live.md, with mosquitto as client. */
@Tag("interop")
class LivePageIT {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void everyCommandOfThePageDoesWhatThePageSays() throws Exception {
        Path root = Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());
        PageShell shell = new PageShell(root.resolve("docs/live.md"), "live");
        assertThat(shell.commands()).hasSize(1);
        assertThat(shell.run(folder, "WAXWING_STATE", folder.resolve("state").toString()))
                .containsPattern("waxwing_events_live_total [1-9]")
                .contains("1216");
    }
}
