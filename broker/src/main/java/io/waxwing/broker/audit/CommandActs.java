package io.waxwing.broker.audit;

import io.waxwing.bus.audit.Act;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** Acts of commands that change a folder on which no node runs. */
public final class CommandActs {
    /** Whoever runs a command; nobody tells it who that is. */
    public static final String COMMAND = "$command";

    private CommandActs() {}

    /**
     * Adds an act to the log, and makes the log if there is none. It is on the disk when this returns.
     *
     * @throws RefusedException WXW-1230 if the log is damaged, WXW-2103 if a node writes it, WXW-2101
     */
    public static void record(Path log, Act act, Instant now) {
        try (AuditFile file = AuditFile.open(log, now, each -> {})) {
            file.append(List.of(act), now);
        } catch (IOException e) {
            throw new RefusedException(FailureCode.STORAGE, log + ": " + e.getMessage());
        }
    }
}
