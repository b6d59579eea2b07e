package io.waxwing.ledger.control;

/** The codes of what can go wrong between the keys of several institutions and the first block of their ledger. */
public final class CeremonyCodes {
    /** A key's proof of possession is wrong. */
    public static final String POSSESSION = "WXW-3140";
    /** These members cannot make a ledger together: too few, too many, or two that share something. */
    public static final String MEMBERS = "WXW-3141";
    /** A signature on a genesis is wrong. */
    public static final String SIGNATURE = "WXW-3142";
    /** Fewer institutions than a quorum have signed the genesis. */
    public static final String UNSIGNED = "WXW-3143";
    /** Two files are about different ledgers. */
    public static final String OTHER_GENESIS = "WXW-3144";
    /** The keys are no member's. */
    public static final String STRANGER = "WXW-3145";
    /** The folder belongs to a ledger already. */
    public static final String INITIALISED = "WXW-3146";

    private CeremonyCodes() {}
}
