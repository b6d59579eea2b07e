package io.waxwing.broker.command;

import io.waxwing.ledger.control.Genesis;
import io.waxwing.ledger.control.Registry.Availability;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a ledger of several begins with besides its members. */
final class TermsOptions {
    @Option(
            names = "--origin",
            paramLabel = "HOST",
            defaultValue = "waxwing.local",
            description = "First line of every checkpoint: a bare host name that the consortium owns, fixed for ever"
                    + " (default: ${DEFAULT-VALUE}).")
    private String origin = "waxwing.local";

    @Option(
            names = "--availability",
            paramLabel = "quorum|origin|all",
            defaultValue = "QUORUM",
            description =
                    "How many of the audience of all must hold a payload before it is ordered" + " (default: quorum).")
    private Availability availability = Availability.QUORUM;

    @Option(
            names = "--time",
            paramLabel = "INSTANT",
            description = "Time of the first block, such as 2026-03-01T08:00:00Z (default: now).")
    private @Nullable Instant time;

    /**
     * Throws {@link io.waxwing.ledger.failure.LedgerFailure} WXW-3010 or WXW-3141 for terms that no ledger can have.
     */
    Genesis.Terms terms() {
        long timeMs = time == null ? System.currentTimeMillis() : time.toEpochMilli();
        return new Genesis.Terms(origin, availability, timeMs);
    }
}
