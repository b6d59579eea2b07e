package io.waxwing.cli;

import io.waxwing.ledger.note.Receipt;
import io.waxwing.ledger.verify.RangeProof;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "verify",
        description =
                "Verifies a receipt or a range offline: no node and no network, only the file and what you trust.",
        footer = "Exit status 3 if it is not verified; the first broken link is named.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields before call().
final class VerifyCommand implements Callable<Integer> {
    private static final int MAX_BYTES = Math.max(Receipt.MAX_BYTES, RangeProof.MAX_BYTES);
    private static final int MAX_PAYLOAD_BYTES = 64 << 20;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "A .tlog-proof or .range file")
    private Path file;

    @Option(
            names = "--trust",
            paramLabel = "FILE",
            description = "The pinned trust file (tlog-policy). Default: WAXWING_TRUST, else data/trust.policy")
    private @Nullable Path trust;

    @Option(names = "--payload", paramLabel = "FILE", description = "The payload, if it travels beside the receipt")
    private @Nullable Path payload;

    @Option(names = "--explain", description = "Say what each step proves")
    private boolean explain;

    @Option(names = "--state", paramLabel = "DIR", description = "Where seen checkpoints are kept")
    private @Nullable Path state;

    @Option(names = "--no-state", description = "Do not remember or compare checkpoints seen before")
    private boolean noState;

    @Option(names = "-o", paramLabel = "table|json", defaultValue = "TABLE", description = "Output format")
    private OutputFormat format;

    @Override
    public Integer call() {
        byte[] trustFile = TrustFiles.read(trust);
        SeenCheckpoints seen = noState ? null : SeenCheckpoints.in(state, trustFile);
        Screen screen = new Screen(spec);
        byte[] receipt = TrustFiles.bounded(file, MAX_BYTES, "the file");
        if (RangeProof.isOne(receipt)) {
            return new RangeText(screen).tell(receipt, trustFile, seen, format);
        }
        byte[] beside = payload == null ? null : TrustFiles.bounded(payload, MAX_PAYLOAD_BYTES, "the payload");
        Verification verification = Verification.of(receipt, beside, trustFile, seen);
        if (format == OutputFormat.JSON) {
            screen.line(VerificationText.json(verification).toString());
        } else {
            new VerificationText(screen, explain).write(verification, receipt);
        }
        return verification.holds() ? ExitCodes.OK : ExitCodes.VERIFICATION_FAILED;
    }
}
