package io.waxwing.broker.command;

import io.waxwing.broker.network.NamedAudience;
import io.waxwing.ledger.control.ChallengeTerms;
import io.waxwing.ledger.control.Genesis;
import io.waxwing.ledger.control.Registry.Availability;
import io.waxwing.ledger.failure.LedgerFailure;
import java.time.Instant;
import java.util.List;
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

    @Option(
            names = "--audience",
            paramLabel = "NAME=MEMBER,...[:quorum|origin|all]",
            description = "Members who keep the payloads of some topics among themselves; may be repeated. The ledger"
                    + " numbers them from 2 on in this order; the name is not on it.")
    private List<String> audiences = List.of();

    @Option(
            names = "--challenge-blocks",
            paramLabel = "N",
            description = "A payload that nobody gives is void after so many blocks and --challenge-time; 0 for never"
                    + " (default: 60).")
    private int challengeBlocks = ChallengeTerms.USUAL.blocks();

    @Option(
            names = "--challenge-time",
            paramLabel = "MS",
            description = "Milliseconds that have to pass besides, in block time (default: 600000, ten minutes).")
    private long challengeTimeMs = ChallengeTerms.USUAL.timeMs();

    /** What {@code --audience} gave, in its order. Throws {@link LedgerFailure} WXW-3141 for what is none. */
    List<NamedAudience> audiences() {
        return audiences.stream().map(NamedAudience::parse).toList();
    }

    /** Throws {@link LedgerFailure} WXW-3010 or WXW-3141 for terms that no ledger can have. */
    Genesis.Terms terms() {
        long timeMs = time == null ? System.currentTimeMillis() : time.toEpochMilli();
        List<Genesis.PrivateAudience> some =
                audiences().stream().map(NamedAudience::audience).toList();
        return new Genesis.Terms(
                origin, availability, timeMs, some, new ChallengeTerms(challengeBlocks, challengeTimeMs));
    }
}
