package io.waxwing.stomp.wire;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import org.jspecify.annotations.Nullable;

/** Bytes that are no frame. Nothing behind them can be read. Has no stack trace: it reports input. */
public final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;
    private final @Nullable String receiptId;

    Malformed(FailureCode code, String detail, @Nullable String receiptId) {
        super(detail, null, false, false);
        this.refusal = new Refusal(code, detail);
        this.receiptId = receiptId;
    }

    /** WXW-1301, or WXW-1306 for what is beyond a limit; the detail has none of the peer's text. */
    public Refusal refusal() {
        return refusal;
    }

    /** The receipt that the frame asked for, if it had come that far. */
    public @Nullable String receiptId() {
        return receiptId;
    }
}
