package io.waxwing.bus.delivery;

import io.waxwing.bus.topic.TopicFilter;

/**
 * One filter of one subscriber. Subscribing again with an equal filter replaces it, without a gap.
 *
 * @param filter which topics
 * @param retained whether the topics' last values come first
 * @param noLocal leave out what the subscriber's own session published
 * @param options whatever the protocol wants to find again in each {@link Delivery#matched()}; the bus never looks
 *     inside
 */
public record Subscription(TopicFilter filter, RetainedValues retained, boolean noLocal, Object options) {
    /** Whether a new subscription gets the topics' last values. */
    public enum RetainedValues {
        SEND,
        SEND_IF_NEW,
        DO_NOT_SEND
    }
}
