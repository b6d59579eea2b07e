package io.waxwing.broker.intake;

import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.topic.AckPolicy;
import io.waxwing.bus.topic.TopicPolicy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can still speak against an event once it is in the ring; of several that belong together, against all. */
final class Together {
    private Together() {}

    /** Asks whether an event's identity is that of another one with other content. */
    @FunctionalInterface
    interface OtherContent {
        boolean isKnown(EventDraft draft) throws InterruptedException;
    }

    /** Why none of them is taken; null if all will be. Topics that are new are made by this. */
    static @Nullable Refusal refusal(List<IntakeSlot> parts, NewTopics topics, OtherContent other)
            throws InterruptedException {
        // The identities first: that may end the group under way, and new topics would be behind it.
        for (IntakeSlot part : parts) {
            if (part.draft().identified() && other.isKnown(part.draft())) {
                return new Refusal(FailureCode.IDENTITY_REUSED, "an event with this source and id has other content");
            }
        }
        try {
            for (IntakeSlot part : parts) {
                settle(part, topics.home(part.draft().topic()).policy());
            }
            return null;
        } catch (RefusedException e) {
            return e.refusal();
        }
    }

    /** The topic may have been created with another policy after the event was admitted. */
    static void settle(IntakeSlot slot, TopicPolicy policy) {
        if (policy.canGive(slot.wanted()) || slot.wanted() == AckPolicy.ACCEPTED) {
            return;
        }
        if (slot.draft().ackWanted() != null) {
            throw new RefusedException(
                    FailureCode.WAIT_IMPOSSIBLE,
                    "the topic's class is " + policy.deliveryClass().word());
        }
        // Durable says more than accepted, and the publisher named neither.
        slot.wanted(policy.ack() == AckPolicy.ACCEPTED ? AckPolicy.DURABLE : policy.ack());
    }
}
