package io.waxwing.anchor.batch;

import io.waxwing.ledger.hash.Hash;

/** What the anchor needs to know of an event that is durable on this node. */
public interface DurableEvent {
    /** This node's counter of durable events; grows from event to event. */
    long journalSeq();

    /** The topic's pseudonym. */
    Hash topicTag();

    /** The commitment that goes to the ledger. */
    Hash payloadCommit();

    /** When it arrived, Unix milliseconds. */
    long originTimeMs();

    /** Bytes of payload and headers that members have to take. */
    int sizeBytes();
}
