package io.waxwing.broker.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of docs/migrate-from-weevent.md. */
class WeEventPageIT {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void everyCommandOfThePageDoesWhatThePageSays() throws Exception {
        Path root = Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());
        PageShell shell = new PageShell(root.resolve("docs/migrate-from-weevent.md"), "weevent");
        assertThat(shell.commands()).hasSize(3);
        assertThat(shell.run(folder, "WAXWING_STATE", folder.resolve("state").toString()))
                .contains("{\"code\":0,\"message\":\"success\",\"data\":true}")
                .contains("{\"status\":\"SUCCESS\",\"topic\":\"com.weevent.test\",\"eventId\":\"317e7c4c-1-")
                .contains("\"content\":\"aGVsbG8=\"")
                .contains("VERIFIED");
    }
}
