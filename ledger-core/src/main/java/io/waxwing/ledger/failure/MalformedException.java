package io.waxwing.ledger.failure;

/**
 * Bytes or text from outside that do not have the form they claim. The peer, file or caller is wrong, not this node.
 */
public final class MalformedException extends LedgerFailure {
    public static final String LEAF = "WXW-3001";
    public static final String BATCH = "WXW-3002";
    public static final String NOTE = "WXW-3003";
    public static final String POLICY = "WXW-3004";
    public static final String RECEIPT = "WXW-3005";
    public static final String VOTE_RECORD = "WXW-3006";
    public static final String BLOCK = "WXW-3007";
    public static final String PROOF = "WXW-3008";
    public static final String VALUE = "WXW-3009";
    public static final String REGISTRY = "WXW-3010";
    public static final String MESSAGE = "WXW-3011";
    public static final String EVIDENCE = "WXW-3012";
    public static final String JOIN = "WXW-3013";
    public static final String GENESIS = "WXW-3014";
    public static final String DISPUTE = "WXW-3016";

    private static final long serialVersionUID = 1L;

    public MalformedException(String code, String text) {
        super(code, text);
    }
}
