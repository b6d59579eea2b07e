package io.waxwing.ledger.execute;

/** Why execution dropped a batch (ledger.md section 5, last paragraph). */
public enum Rejection {
    /** batchSeq is at or below the lane's last: the batch is final already. */
    REPEATED,
    /** batchSeq or originSeqFirst is not the lane's last + 1. */
    OUT_OF_SEQUENCE,
    /** The origin is unknown, not active, or not in the audience. */
    ORIGIN,
    /** The audience is unknown. */
    AUDIENCE,
    /** The origin's signature or a holder's signature is wrong. */
    SIGNATURE,
    /** Too few holders, or one that is not of the audience. */
    CERTIFICATE,
    /** Counts, origin ids, sequence numbers or the root of the segments do not agree with the header. */
    SEGMENTS,
    /** A topic tag is retired or belongs to another audience. */
    TOPIC
}
