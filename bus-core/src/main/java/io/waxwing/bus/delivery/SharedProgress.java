package io.waxwing.bus.delivery;

import io.waxwing.bus.topic.TopicFilter;

/**
 * How far a member of a group is with one event of it.
 *
 * @param filter the shared filter by which the event came
 * @param reference of its {@link Delivery}
 * @param step what has happened
 */
public record SharedProgress(TopicFilter filter, long reference, Step step) {
    /** What has happened to the event. */
    public enum Step {
        /** Sent, and to be acknowledged: it stays with the member while that lasts, then it goes to another. */
        SENT,
        /** Sent, and never to be sent to another: a member that ends without an answer takes it along. */
        SENT_FOR_GOOD,
        /** Acknowledged, refused or given up by its receiver: nobody gets it again. */
        DONE,
        /** The member cannot take it; another may. */
        DECLINED
    }
}
