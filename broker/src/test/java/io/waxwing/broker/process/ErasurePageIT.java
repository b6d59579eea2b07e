package io.waxwing.broker.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of docs/erasure.md. */
class ErasurePageIT {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void everyCommandOfThePageDoesWhatThePageSays() throws Exception {
        Path root = Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());
        PageShell shell = new PageShell(root.resolve("docs/erasure.md"), "erasure");
        assertThat(shell.commands()).hasSize(4);
        String printed =
                shell.run(folder, "WAXWING_STATE", folder.resolve("state").toString());
        assertThat(printed)
                .contains("by leaf ")
                .contains("WXW-1281")
                .contains("stays")
                .doesNotContain("diagnosis")
                .contains("RESULT     VERIFIED")
                .contains("in no file")
                .contains("events.delete")
                .contains("the patient asked for it");
    }
}
