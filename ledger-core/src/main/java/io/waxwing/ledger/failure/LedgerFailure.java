package io.waxwing.ledger.failure;

/** A failure with a stable code ({@code WXW-30xx}: formats and proofs, {@code WXW-31xx}: running a ledger). */
public class LedgerFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;

    public LedgerFailure(String code, String text) {
        super(code + ": " + text);
        this.code = code;
    }

    public LedgerFailure(String code, String text, Throwable cause) {
        super(code + ": " + text, cause);
        this.code = code;
    }

    /** The stable code, for example {@code WXW-3001}. */
    public final String code() {
        return code;
    }
}
