package io.waxwing.bus.topic;

/**
 * A topic as this node knows it.
 *
 * @param name the topic
 * @param policy what is fixed for it
 * @param lastTopicSeq position of its last final event; 0 if there is none
 * @param createdMs Unix milliseconds of its first event or its creation
 */
public record TopicInfo(String name, TopicPolicy policy, long lastTopicSeq, long createdMs) {}
