package io.waxwing.broker.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of docs/sparkplug.md, with mosquitto as client. */
@Tag("interop")
class SparkplugPageIT {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void everyCommandOfThePageDoesWhatThePageSays() throws Exception {
        Path root = Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());
        PageShell shell = new PageShell(root.resolve("docs/sparkplug.md"), "sparkplug");
        assertThat(shell.commands()).hasSize(1);
        assertThat(shell.run(folder, "WAXWING_STATE", folder.resolve("state").toString()))
                .contains("$sparkplug/certificates/spBv1.0/plant/NBIRTH/press retained=1 born\n")
                .contains("$sparkplug/certificates/spBv1.0/plant/DBIRTH/press/valve retained=1 born too\n");
    }
}
