package io.waxwing.broker.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of docs/audiences.md: four processes, of which two keep a topic among themselves. */
@Tag("slow")
class AudiencesPageIT {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void everyCommandOfThePageDoesWhatThePageSays() throws Exception {
        Path root = Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());
        PageShell shell = new PageShell(root.resolve("docs/audiences.md"), "audiences");
        assertThat(shell.commands()).hasSizeGreaterThan(8);
        assertThat(shell.run(folder, "WAXWING_STATE", folder.resolve("state").toString()))
                .contains("audience 2   bank-a, bank-b; 2 of 2 must hold a payload (all)")
                .contains("- { name: contracts, id: 2 }")
                .contains("a second contract")
                .contains("RESULT     VERIFIED")
                .contains("WXW-1201")
                .contains("WXW-1202");
    }
}
