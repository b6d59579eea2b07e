package io.waxwing.broker.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of docs/audit.md: a node that is killed, and a log that is changed and cut off. */
class AuditPageIT {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void everyCommandOfThePageDoesWhatThePageSays() throws Exception {
        Path root = Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());
        PageShell shell = new PageShell(root.resolve("docs/audit.md"), "audit");
        assertThat(shell.commands()).hasSize(8);
        assertThat(shell.run(folder, "WAXWING_STATE", folder.resolve("state").toString()))
                .contains("\"act\":\"topics.put\",\"what\":\"home/boiler {")
                .contains("RESULT     VERIFIED")
                .contains("by 2 published heads")
                .contains("FAULT      line 2 does not follow from the line before")
                .contains("but only 2 lines hold: the end was cut off")
                .contains("RESULT     WXW-1230 DAMAGED");
    }
}
