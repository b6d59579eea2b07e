package io.waxwing.broker.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of docs/rules.md and docs/schedules.md. */
@Tag("interop")
class ProcessingPagesIT {
    @TempDir
    private Path folder = Path.of("");

    private String run(String page, int commands) throws Exception {
        Path root = Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());
        PageShell shell = new PageShell(root.resolve("docs/" + page + ".md"), page);
        assertThat(shell.commands()).hasSize(commands);
        return shell.run(folder, "WAXWING_STATE", folder.resolve("state").toString());
    }

    @Test
    void everyCommandOfThePageOnSchedulesDoesWhatThePageSays() throws Exception {
        assertThat(run("schedules", 5))
                .contains("30 6 * * 1-5")
                .contains("\"data\":\"now\"")
                .contains("fired 1, missed 0, failed 0")
                .contains("removed");
    }

    @Test
    void everyCommandOfThePageOnRulesDoesWhatThePageSays() throws Exception {
        assertThat(run("rules", 6))
                .contains("\"celsius\" : 80.6")
                .contains(
                        "{\"boiler\":\"boiler 7\",\"celsius\":80.6,\"text\":\"boiler 7 is at 80.6\",\"of\":\"boilers/7\"}")
                .contains("back -> hot -> back")
                .contains("refused with 1")
                .contains("WXW-1254 ${/degrees}: the event has nothing there")
                .contains("\"reason\":\"rejected\"");
    }
}
