package io.waxwing.broker.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of docs/webhooks.md, with a receiver in Python and openssl to check the signature. */
@Tag("interop")
class WebhooksPageIT {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void everyCommandOfThePageDoesWhatThePageSays() throws Exception {
        Path root = Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());
        PageShell shell = new PageShell(root.resolve("docs/webhooks.md"), "webhooks");
        assertThat(shell.commands()).hasSize(1);
        assertThat(shell.run(folder, "WAXWING_STATE", folder.resolve("state").toString()))
                .contains("\"state\":\"active\"")
                .contains("\"data\":{\"kWh\":12}")
                .contains("Signature Verified Successfully");
    }
}
