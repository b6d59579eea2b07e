package io.waxwing.bus.topic;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;

/**
 * What is fixed for a topic.
 *
 * @param deliveryClass how its events reach subscribers
 * @param ack when its publishers are told, unless they ask for something else
 * @param audience who may hold its events: what this node calls an audience, or its number
 */
public record TopicPolicy(DeliveryClass deliveryClass, AckPolicy ack, String audience) {
    /** The audience of all institutions. */
    public static final String EVERYBODY = "all";

    /** A policy of a topic that all institutions may hold. */
    public TopicPolicy(DeliveryClass deliveryClass, AckPolicy ack) {
        this(deliveryClass, ack, EVERYBODY);
    }

    public TopicPolicy {
        if (ack == AckPolicy.ACCEPTED && deliveryClass.isOnTheLedger()) {
            throw new RefusedException(
                    FailureCode.POLICY,
                    "ack 'accepted' is only for classes 'local' and 'live', got '" + deliveryClass.word() + "'");
        }
        if (ack != AckPolicy.ACCEPTED && deliveryClass == DeliveryClass.LIVE) {
            throw new RefusedException(
                    FailureCode.POLICY, "class 'live' is not written at once: ack must be 'accepted'");
        }
        if (ack == AckPolicy.ORDERED && deliveryClass == DeliveryClass.LOCAL) {
            throw new RefusedException(FailureCode.POLICY, "class 'local' is never ordered: ack must be 'durable'");
        }
    }

    /** The same for another audience. */
    public TopicPolicy of(String otherAudience) {
        return new TopicPolicy(deliveryClass, ack, otherAudience);
    }

    /** True if a publisher may ask for this acknowledgement on a topic with this policy. */
    public boolean canGive(AckPolicy wanted) {
        return switch (wanted) {
            case ACCEPTED -> ack == AckPolicy.ACCEPTED;
            case DURABLE -> true;
            case ORDERED -> deliveryClass.isOnTheLedger();
        };
    }
}
