package io.waxwing.broker.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of docs/tls.md, with openssl and mosquitto as clients. */
@Tag("interop")
class TlsPageIT {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void everyCommandOfThePageDoesWhatThePageSays() throws Exception {
        Path root = Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());
        PageShell shell = new PageShell(root.resolve("docs/tls.md"), "tls");
        assertThat(shell.commands()).hasSize(3);
        assertThat(shell.run(folder, "WAXWING_STATE", folder.resolve("state").toString()))
                .contains("mqtts  127.0.0.1:23984")
                .contains("stomps  127.0.0.1:23985")
                .contains("https  127.0.0.1:23986")
                .contains("receipt-id:bye")
                .contains("O = renewed")
                .contains("but for mqtts: it takes devices with certificates")
                .contains("no certificate, no connection");
    }
}
