package io.waxwing.broker.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of docs/observers.md: a further node of one of two institutions comes and serves. */
@Tag("slow")
class ObserversPageIT {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void everyCommandOfThePageDoesWhatThePageSays() throws Exception {
        Path root = Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());
        PageShell shell = new PageShell(root.resolve("docs/observers.md"), "observers");
        assertThat(shell.commands()).hasSizeGreaterThan(12);
        String printed =
                shell.run(folder, "WAXWING_STATE", folder.resolve("state").toString());
        assertThat(printed)
                .contains("observer\norigin.key\ntls.crt\ntls.key\n")
                .doesNotContain("vote.key")
                .contains("second.join, of a further node of bank-a")
                .contains("epoch 1")
                .contains("RESULT     VERIFIED")
                .contains("this node has no vote");
    }
}
