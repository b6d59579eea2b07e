package io.waxwing.ledger.witness;

/** Why a checkpoint is not cosigned, or a witness does not start. */
public final class WitnessCodes {
    /** The request does not have the form of one; 400. */
    public static final String REQUEST = "WXW-3200";
    /** The old size is beyond that of the checkpoint; 400. */
    public static final String SIZES = "WXW-3201";
    /** No log of this origin is witnessed; 404. */
    public static final String UNKNOWN_LOG = "WXW-3202";
    /** No key known for the log signed the checkpoint; 403. */
    public static final String NOT_SIGNED = "WXW-3203";
    /** The old size is not that of the checkpoint cosigned last, or that size was cosigned with another root; 409. */
    public static final String CONFLICT = "WXW-3204";
    /** The checkpoint does not extend the one cosigned last; 422. */
    public static final String INCONSISTENT = "WXW-3205";
    /** The record of what was cosigned is lost while the key is not. */
    public static final String RECORD_LOST = "WXW-3206";
    /** The record of what was cosigned cannot be read or written. */
    public static final String RECORD = "WXW-3207";

    private WitnessCodes() {}
}
