package io.waxwing.broker.command;

import io.waxwing.broker.admin.Logging;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.ledger.control.CeremonyCodes;
import io.waxwing.ledger.failure.LedgerFailure;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;

/** Runs a command's work and tells a refusal on standard error: its text with the code, and the exit code. */
final class Refusals {
    // Somebody claims what he cannot prove, or the proof is not complete.
    private static final Set<String> NOT_PROVEN = Set.of(
            CeremonyCodes.POSSESSION, CeremonyCodes.SIGNATURE, CeremonyCodes.UNSIGNED, CeremonyCodes.OTHER_GENESIS);

    private Refusals() {}

    /** 0, or 3 if something was not proven, or 1 for any other refusal. */
    static int told(CommandSpec spec, Runnable work) {
        Logging.configure("warn", "human");
        try {
            work.run();
            spec.commandLine().getOut().flush();
            return 0;
        } catch (LedgerFailure e) {
            spec.commandLine().getErr().println("waxwing: " + e.getMessage());
            return NOT_PROVEN.contains(e.code()) ? ServerCommand.NOT_VERIFIED : ServerCommand.FAILED;
        } catch (RefusedException e) {
            spec.commandLine().getErr().println("waxwing: " + e.getMessage());
            return ServerCommand.FAILED;
        } finally {
            Logging.stop();
        }
    }
}
