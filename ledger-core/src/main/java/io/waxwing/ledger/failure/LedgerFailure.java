package io.waxwing.ledger.failure;

/** A failure with a stable code ({@code WXW-30xx}: formats and proofs, {@code WXW-31xx}: running a ledger). */
public class LedgerFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final String text;

    public LedgerFailure(String code, String text) {
        super(code + ": " + text);
        this.code = code;
        this.text = text;
    }

    public LedgerFailure(String code, String text, Throwable cause) {
        super(code + ": " + text, cause);
        this.code = code;
        this.text = text;
    }

    /** The stable code, for example {@code WXW-3001}. */
    public final String code() {
        return code;
    }

    /** The message without its code, to be told as part of another one. */
    public final String text() {
        return text;
    }
}
