package io.waxwing.broker.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of docs/files.md. */
class FilesPageIT {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void everyCommandOfThePageDoesWhatThePageSays() throws Exception {
        Path root = Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());
        PageShell shell = new PageShell(root.resolve("docs/files.md"), "files");
        String printed =
                shell.run(folder, "WAXWING_STATE", folder.resolve("state").toString());
        assertThat(printed)
                .contains("10 are at this node")
                .contains("proved by the ledger")
                .contains("the same")
                .contains("scan.bin")
                .contains("gone on with")
                .contains("by curl too")
                .contains("\"missing\":[{\"from\":1,\"to\":2}]")
                .contains("\"status\":\"ordered\"")
                .contains("RESULT   OK");
    }
}
