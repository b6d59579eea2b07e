package io.waxwing.broker.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of docs/members.md: one joins four processes, one leaves, one changes its keys. */
@Tag("slow")
class MembersPageIT {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void everyCommandOfThePageDoesWhatThePageSays() throws Exception {
        Path root = Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());
        PageShell shell = new PageShell(root.resolve("docs/members.md"), "members");
        assertThat(shell.commands()).hasSizeGreaterThan(20);
        assertThat(shell.run(folder, "WAXWING_STATE", folder.resolve("state").toString()))
                .contains("epoch 0 since block 0: 4 validators, quorum 3")
                .contains("approved by 1 of 3 needed: bank-a")
                .contains("+ institution 5 trader validator")
                .contains("quorum 3 -> 4")
                .contains("epoch 2")
                .contains("utility                   removed")
                .contains("epoch 3")
                .contains("RESULT     VERIFIED");
    }
}
