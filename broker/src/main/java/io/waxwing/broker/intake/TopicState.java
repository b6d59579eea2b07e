package io.waxwing.broker.intake;

import io.waxwing.broker.store.TopicRecords;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.topic.TopicPolicy;
import io.waxwing.ledger.hash.Hash;

/**
 * A known topic: a name in one audience. Immutable but for its last topicSeq, which dispatch writes, and whose it is,
 * which journal writes; anybody reads.
 */
public final class TopicState {
    private final String name;
    private final TopicPolicy policy;
    private final int topicHash;
    private final Hash topicTag;
    private final long createdMs;
    private final long audienceId;
    private final boolean own;
    private volatile int introducedBy;
    private volatile boolean placed;
    private volatile long lastTopicSeq;

    TopicState(String name, TopicPolicy policy, Hash topicTag, long audienceId, TopicRecords.Stored stored) {
        this.name = name;
        this.policy = policy;
        this.topicHash = EventId.hashOf(name);
        this.topicTag = topicTag;
        this.createdMs = stored.createdMs();
        this.audienceId = audienceId;
        this.own = stored.ownPolicy() != null;
        this.introducedBy = stored.introducedBy();
    }

    public String name() {
        return name;
    }

    public TopicPolicy policy() {
        return policy;
    }

    /** The first part of its eventIds. */
    public int topicHash() {
        return topicHash;
    }

    /** The topic's pseudonym on the ledger. */
    public Hash topicTag() {
        return topicTag;
    }

    public long createdMs() {
        return createdMs;
    }

    /** Who may hold its events. */
    public long audienceId() {
        return audienceId;
    }

    /**
     * Its audience needs no second look: it was created with a policy of its own, or published to here under the
     * settings, which stay as they are while the node runs.
     */
    boolean isPlaced() {
        return own || (placed && !isForeign());
    }

    /** The settings give it the audience that it has. */
    void placed() {
        placed = true;
    }

    /** originId of the node whose batch brought it; 0 if it was created or published to here. */
    int introducedBy() {
        return introducedBy;
    }

    /** Nobody created it or published to it here. */
    boolean isForeign() {
        return introducedBy != 0;
    }

    void introducedBy(int originId) {
        introducedBy = originId;
    }

    /** topicSeq of its last final event; 0 if there is none. */
    public long lastTopicSeq() {
        return lastTopicSeq;
    }

    /** Called by dispatch only. */
    public void lastTopicSeq(long topicSeq) {
        lastTopicSeq = topicSeq;
    }
}
