package io.waxwing.broker.intake;

import io.waxwing.bus.event.EventId;
import io.waxwing.bus.topic.TopicPolicy;
import io.waxwing.ledger.hash.Hash;

/** A known topic. Immutable but for its last topicSeq, which dispatch writes and anybody reads. */
public final class TopicState {
    private final String name;
    private final TopicPolicy policy;
    private final int topicHash;
    private final Hash topicTag;
    private final long createdMs;
    private volatile long lastTopicSeq;

    public TopicState(String name, TopicPolicy policy, Hash topicTag, long createdMs) {
        this.name = name;
        this.policy = policy;
        this.topicHash = EventId.hashOf(name);
        this.topicTag = topicTag;
        this.createdMs = createdMs;
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

    /** topicSeq of its last final event; 0 if there is none. */
    public long lastTopicSeq() {
        return lastTopicSeq;
    }

    /** Called by dispatch only. */
    public void lastTopicSeq(long topicSeq) {
        lastTopicSeq = topicSeq;
    }
}
