package io.waxwing.broker.store;

import java.nio.charset.StandardCharsets;

/** The column families of the broker. The ledger's own are beside them in the same database. */
public enum Column {
    /** Blocks of durable events, one per group commit; key: journalSeq of the first event. Written by journal. */
    EVENTS,
    /** The order of delivery on this node; key: position of the first event. Written by dispatch. */
    ORDER,
    /** Where the events of a ledger segment are; key: topic hash, tag, first topicSeq. Written by dispatch. */
    SEGMENTS,
    /**
     * Where the events of a batch are; key: lane, batchSeq. Of this node's own: written by the core thread before the
     * batch is recorded; of others: by journal, with the events.
     */
    BATCHES,
    /** eventId of an event by journalSeq, where it cannot be known from the order. Written by dispatch. */
    FINALS,
    /** journalSeq by identity (CloudEvents source and id). Written by journal. */
    IDENTITIES,
    /** Topics; key: the name in UTF-8 and the audience. Written by journal. */
    TOPICS,
    /** Last retained value of a topic: topic to journalSeq. Written by dispatch. */
    RETAINED,
    /**
     * What outlives a connection; key: the session's name and the row's. Written by the thread of sessions; packet
     * marks are added by journal, with their events.
     */
    SESSIONS,
    /** Durable subscriptions whose consumers fetch; keys as in {@link #SESSIONS}. Written by the thread of sessions. */
    SUBSCRIPTIONS,
    /** Verdicts that make batches void; key: index of the BATCH leaf. Written by dispatch. */
    VOIDS,
    /** Batches in whose place subscribers were given gaps; key: index of the BATCH leaf. Written by dispatch. */
    GAPS,
    /**
     * Events whose content the ledger has erased; key: index of the SEGMENT leaf, position. Written by the core thread,
     * and by the keeper as the content goes.
     */
    ERASED,
    /**
     * What is asked of events: schemas and signers; key: a word, a slash and the name. Written by whoever sets them.
     */
    RULES,
    /** What is published at times; key: the owner, a line feed, the id. Written by the thread of schedules. */
    SCHEDULES,
    /** Single values: format version, how far dispatch got. */
    META;

    /** The name in the database. */
    public byte[] id() {
        return name().toLowerCase(java.util.Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
    }
}
