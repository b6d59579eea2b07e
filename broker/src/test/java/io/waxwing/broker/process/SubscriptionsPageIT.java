package io.waxwing.broker.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of docs/subscriptions.md, with curl as the consumer. */
@Tag("interop")
class SubscriptionsPageIT {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void everyCommandOfThePageDoesWhatThePageSays() throws Exception {
        Path root = Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());
        PageShell shell = new PageShell(root.resolve("docs/subscriptions.md"), "subscriptions");
        assertThat(shell.commands()).hasSize(1);
        assertThat(shell.run(folder, "WAXWING_STATE", folder.resolve("state").toString()))
                .contains("\"data\":{\"kWh\":12}")
                .contains("{\"settled\":1,\"gone\":[]}")
                .contains("\"lag\":0")
                .contains("\"reason\":\"rejected\"")
                .contains("{\"redriven\":1}");
    }
}
