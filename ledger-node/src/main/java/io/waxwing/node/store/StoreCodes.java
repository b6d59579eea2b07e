package io.waxwing.node.store;

/** The codes of everything that can be wrong with what is on the disk. */
public final class StoreCodes {
    /** The data folder, the vote log or the keys belong to another ledger. */
    public static final String OTHER_LEDGER = "WXW-3101";
    /** The key has a history, but its vote log is gone. */
    public static final String VOTE_LOG_MISSING = "WXW-3102";
    /** The vote log is damaged before its end. */
    public static final String VOTE_LOG_DAMAGED = "WXW-3103";
    /** Another process has the vote log open. */
    public static final String IN_USE = "WXW-3104";
    /** The ledger is shorter than what its key has signed. */
    public static final String LEDGER_SHORTER = "WXW-3105";
    /** The ledger has another root than its key has signed for that size. */
    public static final String OTHER_ROOT = "WXW-3106";
    /** The vote log ends before blocks that are stored as final. */
    public static final String VOTE_LOG_BEHIND = "WXW-3107";
    /** A leaf, tile, block or checkpoint is damaged or missing. */
    public static final String DAMAGED = "WXW-3110";
    /** The vote log cannot be written: disk full or failing. Tried again. */
    public static final String VOTE_LOG_WRITE = "WXW-3120";
    /** The store cannot be written: disk full or failing. Tried again. */
    public static final String STORE_WRITE = "WXW-3121";

    private StoreCodes() {}
}
