package io.waxwing.broker.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of docs/access.md, with mosquitto and curl as clients. */
@Tag("interop")
class AccessPageIT {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void everyCommandOfThePageDoesWhatThePageSays() throws Exception {
        Path root = Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());
        PageShell shell = new PageShell(root.resolve("docs/access.md"), "access");
        assertThat(shell.commands()).hasSize(15);
        assertThat(shell.run(folder, "WAXWING_STATE", folder.resolve("state").toString()))
                .contains("alice  password")
                .contains("allow publish home/%u/#")
                .contains("meter  tokens 1")
                .contains("Users of the access file only.")
                .contains("Not authorized")
                .contains("Bad User Name or Password")
                .contains("\"eventId\"")
                .contains("WXW-1405")
                .contains("gauge  scram")
                .containsPattern("(?m)^\\d+ seconds$")
                .doesNotContain("correct horse");
    }
}
