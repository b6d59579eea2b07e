package io.waxwing.cli;

import io.waxwing.ledger.verify.CheckStep;
import org.jspecify.annotations.Nullable;

/** Proves delivered events: fetches the receipt, verifies it here, compares it with what was delivered. */
final class LiveVerifier {
    private final Api api;
    private final byte[] trustFile;
    private final @Nullable SeenCheckpoints seen;

    LiveVerifier(Api api, byte[] trustFile, @Nullable SeenCheckpoints seen) {
        this.api = api;
        this.trustFile = trustFile;
        this.seen = seen;
    }

    enum State {
        VERIFIED,
        PENDING,
        FAILED
    }

    /**
     * What became of one event.
     *
     * @param why of a failure, else empty
     * @param orderTimeMs 0 unless verified
     */
    record Verdict(State state, String why, long orderTimeMs) {}

    Verdict judge(ReceivedEvent event) {
        if (event.eventId().isEmpty()) {
            return new Verdict(State.PENDING, "", 0);
        }
        byte[] receipt;
        try {
            receipt = Receipts.fetch(api, event.eventId(), true, true);
        } catch (CliFailure refused) {
            return refused.exitCode() == ExitCodes.NOT_ORDERED
                    ? new Verdict(State.PENDING, "", 0)
                    : new Verdict(State.FAILED, "no receipt: " + refused.getMessage(), 0);
        }
        Verification verification = Verification.of(receipt, null, trustFile, seen);
        CheckStep broken = verification.report().firstFailure();
        if (broken != null) {
            return new Verdict(State.FAILED, broken.name().word() + ": " + broken.detail(), 0);
        }
        if (!verification.holds() || verification.report().facts() == null) {
            return new Verdict(State.FAILED, "chain: two roots for one tree size", 0);
        }
        String difference = event.differenceFrom(verification);
        return difference == null
                ? new Verdict(
                        State.VERIFIED,
                        "",
                        verification.report().facts().segment().orderTimeMs())
                : new Verdict(State.FAILED, difference, 0);
    }
}
