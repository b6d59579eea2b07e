package io.waxwing.bus.topic;

import org.jspecify.annotations.Nullable;

/**
 * A topic as this node knows it.
 *
 * @param name the topic
 * @param policy what is fixed for it
 * @param lastTopicSeq position of its last final event; 0 if there is none
 * @param createdMs Unix milliseconds of its first event or its creation
 * @param kept what it has, as it was counted last; null if its contents are kept for ever, and before the first count
 */
public record TopicInfo(
        String name,
        TopicPolicy policy,
        long lastTopicSeq,
        long createdMs,
        @Nullable Kept kept) {
    /** A topic of which nothing is counted. */
    public TopicInfo(String name, TopicPolicy policy, long lastTopicSeq, long createdMs) {
        this(name, policy, lastTopicSeq, createdMs, null);
    }

    /**
     * What a topic has.
     *
     * @param events with their content
     * @param bytes of that
     * @param expired events without
     */
    public record Kept(long events, long bytes, long expired) {}

    /** The same with what was counted. */
    public TopicInfo with(@Nullable Kept counted) {
        return new TopicInfo(name, policy, lastTopicSeq, createdMs, counted);
    }
}
