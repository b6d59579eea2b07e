package io.waxwing.anchor.outside;

/** Why a checkpoint was not shown. The world is wrong, not we: it is tried again. */
public final class AnchorFailure extends Exception {
    private static final long serialVersionUID = 1L;

    /** Nobody answers, or not in time. */
    public static final String UNREACHABLE = "WXW-3210";
    /** The answer is not what the outside system has to give, or its signature is wrong. */
    public static final String WRONG_ANSWER = "WXW-3211";
    /** It has seen another history under this ledger's signature. */
    public static final String OTHER_HISTORY = "WXW-3212";
    /** It has seen a larger ledger than this node has. */
    public static final String BEHIND = "WXW-3213";
    /** It does not take checkpoints of this ledger. */
    public static final String REFUSED = "WXW-3214";

    /** It is another chain than the one that is configured. */
    public static final String OTHER_CHAIN = "WXW-3215";
    /** It does not take the transaction, or asks more for it than is allowed. */
    public static final String NOT_TAKEN = "WXW-3216";
    /** The transaction is on the chain as a failed one. */
    public static final String FAILED_THERE = "WXW-3217";
    /** The transaction is not confirmed in time; it may be later. */
    public static final String NOT_CONFIRMED = "WXW-3218";
    /** The record of what was anchored cannot be read or written. */
    public static final String RECORD = "WXW-3219";

    private final String code;

    public AnchorFailure(String code, String text) {
        super(text);
        this.code = code;
    }

    public String code() {
        return code;
    }
}
