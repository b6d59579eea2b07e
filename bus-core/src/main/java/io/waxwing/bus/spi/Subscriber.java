package io.waxwing.bus.spi;

import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.delivery.Gap;
import io.waxwing.bus.delivery.Missed;
import io.waxwing.bus.failure.Refusal;

/**
 * The receiving end of an {@link Attachment}. All methods are called by the bus' dispatch thread, one at a time; an
 * implementation puts what it gets into its event loop's queue and returns.
 *
 * <p>A slow subscriber returns false from {@link #offer}: the bus then remembers its place, offers nothing more until
 * {@link Attachment#resume}, and continues from the store at the refused event. So a subscriber needs only a small
 * bounded queue and never costs the bus memory.
 */
public interface Subscriber {
    /** The subscription with this token is in force. */
    void onSubscribed(long token);

    /**
     * The same with the delivery position from which the subscription holds; what a durable session must keep to
     * {@link Standing#restore} it.
     */
    default void onSubscribed(long token, long since) {
        onSubscribed(token);
    }

    /** The subscription is gone; {@code existed} is false if there was none. */
    void onUnsubscribed(long token, boolean existed);

    /** One event. @return false if there is no room: the same event is offered again after {@code resume} */
    boolean offer(Delivery delivery);

    /**
     * Events of one shared subscription that may be with this subscriber until it says that it is
     * {@link io.waxwing.bus.delivery.SharedProgress.Step#DONE} with them; the next go to other members.
     */
    default int sharedWindow() {
        return 1;
    }

    /**
     * True if it does not wait for payloads that others keep back: after a while it gets a {@link Gap} in their place
     * and what is ordered behind them, and the payloads as {@link #offerLate} when they come.
     */
    default boolean passesGaps() {
        return false;
    }

    /** Events whose payloads are missing. @return false if there is no room, as in {@link #offer} */
    default boolean offerGap(Gap gap) {
        return true;
    }

    /** An event behind what the subscriber has got already, in whose place it was given a gap; as {@link #offer}. */
    default boolean offerLate(Delivery delivery) {
        return offer(delivery);
    }

    /**
     * True if a start that names a place is refused (WXW-1203) when events behind it are not kept any more; false if it
     * goes on with what is there.
     */
    default boolean refusesMissing() {
        return false;
    }

    /** False if it only listens: what it comes by in vain somebody else reads again. */
    default boolean isReader() {
        return true;
    }

    /** Events in whose place there is nothing any more. @return false if there is no room, as in {@link #offer} */
    default boolean offerMissed(Missed missed) {
        return true;
    }

    /** Called after the last call of a turn of the bus, so that output can be flushed once. */
    void onTurnEnd();

    /**
     * The attachment ended because its start is not there (WXW-1203) or the bus cannot serve it; nothing more comes.
     */
    void onRefused(Refusal refusal);
}
