package io.waxwing.broker.command;

import io.waxwing.broker.admin.Logging;
import io.waxwing.broker.demo.Acts;
import io.waxwing.broker.demo.DemoFolder;
import io.waxwing.broker.demo.StatusText;
import io.waxwing.broker.demo.Tampering;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.cli.CliFailure;
import io.waxwing.cli.ExitCodes;
import io.waxwing.ledger.failure.LedgerFailure;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code waxwing demo}: several institutions on this machine, and what happens when some fail or cheat. */
@Command(
        name = "demo",
        description =
                "Run a ledger of several institutions on this machine and try to break it. Without a command: up.",
        mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {
    private static final String FOUR = "bank-a,bank-b,insurer,utility";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "Folder of the demo (default: waxwing/demo in the user's state folder).")
    private @Nullable Path dir;

    @Override
    public Integer call() {
        return up(false, null);
    }

    @Command(
            name = "up",
            description = "Start it; the first time, make its keys and its ledger. Goes on until Ctrl-C, which ends the"
                    + " nodes that it started.",
            mixinStandardHelpOptions = true)
    int up(
            @Option(names = "--detach", description = "Return when it is up; the nodes go on.") boolean detach,
            @Option(
                            names = "--members",
                            paramLabel = "NAME",
                            split = ",",
                            description = "Names of the institutions of a new demo (default: " + FOUR + ").")
                    @Nullable List<String> members) {
        return act(acts -> {
            Thread hook = new Thread(acts::endStarted, "demo-end");
            Runtime.getRuntime().addShutdownHook(hook);
            boolean up = false;
            try {
                acts.up(members, List.of(FOUR.split(",", -1)));
                up = true;
            } finally {
                if (detach || !up) {
                    Runtime.getRuntime().removeShutdownHook(hook);
                }
                if (!up) {
                    acts.endStarted();
                }
            }
            if (!detach) {
                acts.goOn();
            }
        });
    }

    @Command(name = "status", description = "Show each member's node.", mixinStandardHelpOptions = true)
    int status(
            @Option(names = "-o", paramLabel = "table|json", defaultValue = "TABLE", description = "Output format")
                    StatusText.Format format) {
        return act(acts -> acts.status(format));
    }

    @Command(
            name = "kill",
            description = "End members' nodes at once, as a power cut would (kill -9).",
            mixinStandardHelpOptions = true)
    int kill(@Parameters(paramLabel = "NAME", arity = "1..*") List<String> names) {
        return act(acts -> acts.kill(names));
    }

    @Command(name = "start", description = "Bring members' nodes back.", mixinStandardHelpOptions = true)
    int start(@Parameters(paramLabel = "NAME", arity = "1..*") List<String> names) {
        return act(acts -> acts.start(names));
    }

    @Command(
            name = "tamper",
            description = "Flip one stored bit at a member, in its newest event. A running node is stopped for it and"
                    + " started again.",
            mixinStandardHelpOptions = true)
    int tamper(
            @Parameters(paramLabel = "NAME") String name,
            @Option(
                            names = "--what",
                            paramLabel = "payload|leaf|tile",
                            defaultValue = "LEAF",
                            description =
                                    "The event's content, what the ledger says about it, or its hash in the Merkle"
                                            + " tree (default: leaf).")
                    Tampering.Target target) {
        return act(acts -> acts.tamper(name, target));
    }

    @Command(
            name = "down",
            description = "End all nodes in order; what they stored stays.",
            mixinStandardHelpOptions = true)
    int down() {
        return act(Acts::down);
    }

    @Command(
            name = "reset",
            description = "End all nodes and delete the demo's folder. No other folder is ever deleted.",
            mixinStandardHelpOptions = true)
    int reset() {
        return act(Acts::reset);
    }

    private int act(Consumer<Acts> act) {
        Logging.configure("warn", "human");
        Path root = dir == null ? DemoFolder.usual() : dir;
        try {
            act.accept(new Acts(
                    root.toAbsolutePath().normalize(), spec.commandLine().getOut()));
            return ExitCodes.OK;
        } catch (LedgerFailure | RefusedException refused) {
            throw new CliFailure(ExitCodes.USAGE, String.valueOf(refused.getMessage()), "", null);
        } finally {
            spec.commandLine().getOut().flush();
            Logging.stop();
        }
    }
}
