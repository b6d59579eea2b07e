package io.waxwing.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Finds and reads the pinned trust file. It is never fetched from the node whose receipts it judges. */
final class TrustFiles {
    private static final int MAX_BYTES = 1 << 20;

    private TrustFiles() {}

    /** {@code given}, else {@code WAXWING_TRUST}, else {@code data/trust.policy} beside which the node was started. */
    static byte[] read(@Nullable Path given) {
        String named = System.getenv("WAXWING_TRUST");
        Path usual = Path.of("data", "trust.policy");
        Path file = given != null ? given : named != null ? Path.of(named) : usual;
        if (given == null && named == null && !Files.exists(usual)) {
            throw new CliFailure(
                    ExitCodes.USAGE,
                    "verification needs a trust file",
                    "it says whose signatures count; the node's own is data/trust.policy",
                    "--trust data/trust.policy");
        }
        return bounded(file, MAX_BYTES, "the trust file");
    }

    static byte[] bounded(Path file, int maxBytes, String what) {
        try {
            if (Files.size(file) > maxBytes) {
                throw new CliFailure(
                        ExitCodes.VERIFICATION_FAILED,
                        what + " " + file + " is too large",
                        "more than " + maxBytes + " bytes",
                        null);
            }
            return Files.readAllBytes(file);
        } catch (IOException unreadable) {
            throw new CliFailure(
                    ExitCodes.USAGE,
                    what + " " + file + " cannot be read",
                    unreadable.getClass().getSimpleName() + " " + unreadable.getMessage(),
                    null);
        }
    }
}
