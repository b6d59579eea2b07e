package io.waxwing.broker.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of docs/backup.md. */
class BackupPageIT {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void everyCommandOfThePageDoesWhatThePageSays() throws Exception {
        Path root = Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());
        PageShell shell = new PageShell(root.resolve("docs/backup.md"), "backup");
        assertThat(shell.commands()).hasSize(10);
        assertThat(shell.run(folder, "WAXWING_STATE", folder.resolve("state").toString()))
                .contains("keep it as safe as them")
                .contains("verified ")
                .contains("WXW-2112")
                .contains("restored data as of ")
                .contains("RESULT   OK")
                .contains("\"data\":\"before\"")
                .contains("files    WXW-2104")
                .contains("exit 3");
    }
}
