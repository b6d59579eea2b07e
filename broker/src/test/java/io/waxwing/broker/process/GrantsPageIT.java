package io.waxwing.broker.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of docs/grants.md: three processes, of which one claims topics and lets another in. */
@Tag("slow")
class GrantsPageIT {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void everyCommandOfThePageDoesWhatThePageSays() throws Exception {
        Path root = Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());
        PageShell shell = new PageShell(root.resolve("docs/grants.md"), "grants");
        assertThat(shell.commands()).hasSizeGreaterThan(12);
        // As npm installs it.
        Path bin = Files.createDirectory(folder.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("waxwing-verify"), root.resolve("clients/js/bin/waxwing-verify.js"));
        String path = bin + ":" + System.getenv("PATH");
        assertThat(shell.run(folder, "PATH", path))
                .contains("nobody claims anything")
                .contains("bank-a/orders: claim orders/# in all, from leaf")
                .contains("bank-a/in-b: allow bank-b publish orders/in/# in all")
                .contains("WXW-1405")
                .contains("yes: bank-b/ann publish orders/in/1")
                .contains("WXW-1284")
                .contains("ended allow in-b")
                .contains("grants.delete")
                .containsPattern("of them hold: leaf [0-9]+: bank-a claims orders/# in audience 1 \\(orders\\)")
                .contains("VERIFIED");
    }
}
