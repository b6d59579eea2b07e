package io.waxwing.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "receipt", description = "Fetches receipts.", mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields before a command runs.
final class ReceiptCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which one: get?");
    }

    @Command(
            name = "get",
            description = "Fetches an event's receipt and keeps it in a file.",
            mixinStandardHelpOptions = true)
    int get(
            @Mixin ServerOptions server,
            @Parameters(paramLabel = "EVENTID") String eventId,
            @Option(names = "-o", paramLabel = "FILE", description = "Default: EVENTID.tlog-proof") @Nullable Path file,
            @Option(names = "--no-disclose", description = "Prove the place only; show nothing of the event")
                    boolean noDisclose,
            @Option(
                            names = "--no-chain",
                            description =
                                    "Leave out the trust chain; smaller, but the origin's signatures cannot be checked")
                    boolean noChain) {
        Path target = file == null ? Path.of(eventId + ".tlog-proof") : file;
        byte[] receipt = Receipts.fetch(server.api(), eventId, !noDisclose, !noChain);
        try {
            Files.write(target, receipt);
        } catch (IOException unwritable) {
            throw new UncheckedIOException(target + " cannot be written: " + unwritable.getMessage(), unwritable);
        }
        Screen screen = new Screen(spec);
        screen.line(target + "  " + receipt.length + " bytes");
        screen.line("next: waxwing verify " + target + " --trust <trust.policy>");
        return ExitCodes.OK;
    }
}
