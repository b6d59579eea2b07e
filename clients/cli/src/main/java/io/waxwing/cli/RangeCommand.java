package io.waxwing.cli;

import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.leaf.LeafCodec;
import io.waxwing.ledger.leaf.SegmentLeaf;
import io.waxwing.ledger.note.Receipt;
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

@Command(
        name = "range",
        description = "Fetches proofs that a topic's events are all there.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields before a command runs.
final class RangeCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which one: get?");
    }

    @Command(
            name = "get",
            description = "Fetches a proof that nothing of a topic is missing, from one event up to its last.",
            footer = "On the ledger a topic has a tag instead of its name; every receipt of one of its events has it.",
            mixinStandardHelpOptions = true)
    int get(
            @Mixin ServerOptions server,
            @Parameters(paramLabel = "RECEIPT|TAG", description = "A .tlog-proof file, or 64 hexadecimal digits")
                    String topic,
            @Option(names = "--from", paramLabel = "TOPICSEQ", defaultValue = "1", description = "Default: 1")
                    long from,
            @Option(names = "-o", paramLabel = "FILE", description = "Default: TAG.range") @Nullable Path file) {
        String tag = topic.matches("[0-9a-f]{64}") ? topic : tagIn(Path.of(topic));
        byte[] proof = Receipts.whenCovered(server.api(), "/ledger/topic/" + tag + "/range/" + from + "-" + from);
        Path target = file == null ? Path.of(tag + ".range") : file;
        try {
            Files.write(target, proof);
        } catch (IOException unwritable) {
            throw new UncheckedIOException(target + " cannot be written: " + unwritable.getMessage(), unwritable);
        }
        Screen screen = new Screen(spec);
        screen.line(target + "  " + proof.length + " bytes");
        screen.line("next: waxwing verify " + target + " --trust <trust.policy>");
        return ExitCodes.OK;
    }

    private static String tagIn(Path receiptFile) {
        byte[] bytes = TrustFiles.bounded(receiptFile, Receipt.MAX_BYTES, "the receipt");
        try {
            byte[] leaf = Receipt.parse(bytes).extra().segmentLeaf().toBytes();
            SegmentLeaf segment = LeafCodec.decodeSegment(leaf);
            return segment.topicTag().hex();
        } catch (LedgerFailure notOne) {
            throw new CliFailure(
                    ExitCodes.USAGE,
                    receiptFile + " is neither a receipt nor a tag",
                    String.valueOf(notOne.getMessage()),
                    "waxwing receipt get EVENTID");
        }
    }
}
