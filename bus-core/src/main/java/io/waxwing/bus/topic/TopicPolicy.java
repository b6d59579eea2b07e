package io.waxwing.bus.topic;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;

/**
 * What is fixed for a topic.
 *
 * @param deliveryClass how its events reach subscribers
 * @param ack when its publishers are told, unless they ask for something else
 */
public record TopicPolicy(DeliveryClass deliveryClass, AckPolicy ack) {
    public TopicPolicy {
        if (ack == AckPolicy.ACCEPTED && deliveryClass != DeliveryClass.LOCAL) {
            throw new RefusedException(
                    FailureCode.POLICY, "ack 'accepted' is only for class 'local', got '" + deliveryClass.word() + "'");
        }
        if (ack == AckPolicy.ORDERED && deliveryClass == DeliveryClass.LOCAL) {
            throw new RefusedException(FailureCode.POLICY, "class 'local' is never ordered: ack must be 'durable'");
        }
    }

    /** True if a publisher may ask for this acknowledgement on a topic with this policy. */
    public boolean canGive(AckPolicy wanted) {
        return switch (wanted) {
            case ACCEPTED -> ack == AckPolicy.ACCEPTED;
            case DURABLE -> true;
            case ORDERED -> deliveryClass != DeliveryClass.LOCAL;
        };
    }
}
