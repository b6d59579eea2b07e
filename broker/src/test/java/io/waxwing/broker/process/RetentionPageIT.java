package io.waxwing.broker.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of docs/retention.md. */
class RetentionPageIT {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void everyCommandOfThePageDoesWhatThePageSays() throws Exception {
        Path root = Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());
        PageShell shell = new PageShell(root.resolve("docs/retention.md"), "retention");
        assertThat(shell.commands()).hasSize(4);
        assertThat(shell.run(folder, "WAXWING_STATE", folder.resolve("state").toString()))
                .contains("WXW-1280")
                .contains("\"events\":[]")
                .contains("RESULT     VERIFIED");
    }
}
