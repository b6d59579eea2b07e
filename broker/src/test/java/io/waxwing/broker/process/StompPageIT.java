package io.waxwing.broker.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of docs/stomp.md, with Debian's stomp.py as the client. */
@Tag("interop")
class StompPageIT {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void everyCommandOfThePageDoesWhatThePageSays() throws Exception {
        Path root = Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());
        PageShell shell = new PageShell(root.resolve("docs/stomp.md"), "stomp");
        assertThat(shell.commands()).hasSize(3);
        assertThat(shell.run(folder, "WAXWING_STATE", folder.resolve("state").toString()))
                .contains("stomp  127.0.0.1:23990")
                .contains("ordered {\"amount\":12} fx")
                .contains("VERIFIED")
                .contains("/temp-queue/answers 7 0.94");
    }
}
