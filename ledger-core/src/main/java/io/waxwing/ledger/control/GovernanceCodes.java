package io.waxwing.ledger.control;

/** The codes of what can be wrong with a change of a running ledger. */
public final class GovernanceCodes {
    /** The change makes no sense with the registry in force. */
    public static final String CHANGE = "WXW-3193";
    /** The CONFIG may not follow the one in force. */
    public static final String REFUSED = "WXW-3194";
    /** There is no such change to vote on, no room for another, or no vote to give. */
    public static final String NOT_NOW = "WXW-3195";
    /** The bytes are no proposal of a change. */
    public static final String PROPOSAL = "WXW-3015";

    private GovernanceCodes() {}
}
