package io.waxwing.broker.intake;

import io.waxwing.broker.runtime.Answer;
import io.waxwing.bus.topic.TopicPolicy;

/**
 * Somebody wants a topic with a policy of its own. It goes the way of events, because journal alone makes topics: one
 * that is created while its first event comes in is made once.
 *
 * @param topic a valid name
 * @param policy what is wanted
 * @param answer true if the topic is new; given when it is on the disk
 */
record TopicCreation(String topic, TopicPolicy policy, Answer<Boolean> answer) {}
