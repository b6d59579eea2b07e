package io.waxwing.http.weevent;

import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import org.jspecify.annotations.Nullable;

/** Why something was not done, in WeEvent's numbers. Has no stack trace: it reports input or the node's state. */
public final class WeEventFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final WeEventCode code;

    /** With the code's own text. */
    public WeEventFault(WeEventCode code) {
        this(code, code.text());
    }

    /** With one sentence for a human; never contents or secrets. */
    public WeEventFault(WeEventCode code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    /** The same in WeEvent's numbers; the node's own code stays in the text, since it says more. */
    public static WeEventFault of(Refusal refusal) {
        return new WeEventFault(WeEventCode.of(refusal.code()), refusal.toString());
    }

    /** The fault of anything that was thrown; null if it is a fault of the node itself, which is to be logged. */
    public static @Nullable WeEventFault known(Throwable thrown) {
        if (thrown instanceof WeEventFault fault) {
            return fault;
        }
        return thrown instanceof RefusedException refused ? of(refused.refusal()) : null;
    }

    public WeEventCode code() {
        return code;
    }

    /** One sentence, never null. */
    public String text() {
        return String.valueOf(getMessage());
    }
}
