package io.waxwing.bus.spi;

import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.topic.TopicFilter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The bus as a protocol sees it. All methods may be called from any thread and never wait. */
public interface EventBus {
    /**
     * Takes an event over.
     *
     * @param token comes back with the acknowledgement; the protocol makes it so that a late one finds nobody
     * @param sink is told exactly once if this returns true, perhaps before it returns (a refusal)
     * @return false if there is no room just now: nothing happened, stop reading and use {@link #whenRoom}
     */
    boolean publish(EventDraft draft, long token, AckSink sink);

    /**
     * Takes several events over that become durable in one write, in their order: all of them or none.
     *
     * @param token of the first; each next one has the next number
     * @param sink is told once for each event if this returns true; if one is refused, all are
     * @return false if there is no room just now for all: nothing happened
     */
    default boolean publishTogether(List<EventDraft> drafts, long token, AckSink sink) {
        throw new UnsupportedOperationException("this bus takes events one by one");
    }

    /**
     * Runs {@code resume} once, on a thread of the bus, when publishing to that topic has room again (at once if it
     * has). Topics of different audiences may differ in this.
     */
    void whenRoom(String topic, Runnable resume);

    /**
     * Attaches a subscriber; it gets nothing before its first subscription.
     *
     * @param start where its deliveries begin; a start that is not there is told by {@link Subscriber#onRefused}
     */
    Attachment attach(Subscriber subscriber, StartFrom start);

    /**
     * Attaches a subscriber that is away just now and will come and go.
     *
     * @param position where it goes on; what is behind it has been delivered. Negative: where the bus is when the
     *     subscriber first comes
     */
    default Standing attach(Absence absence, long position) {
        throw new UnsupportedOperationException("this bus keeps no place for subscribers that are away");
    }

    /**
     * Has events written that match, whatever their class, for somebody who reads them back and is not attached all the
     * while.
     *
     * @param inForce run once, on a thread of the bus: what is published from then on is written
     * @return ends it
     */
    default Runnable keep(TopicFilter filter, Runnable inForce) {
        inForce.run();
        return () -> {};
    }

    /** Reads events back by {@link io.waxwing.bus.delivery.Delivery#reference}; answers on a thread of the bus. */
    default void find(List<Long> references, FoundEvents answer) {
        throw new UnsupportedOperationException("this bus keeps no events");
    }

    /** Where protocols keep the state of sessions; null if this bus has no such place. */
    default @Nullable SessionStore sessions() {
        return null;
    }

    /** Takes what {@link EventBus#find} found. */
    interface FoundEvents {
        /** In the order of the references; null for an event that is not there any more. */
        void found(List<@Nullable Event> events);

        /** The store could not be read. */
        void failed(Refusal refusal);
    }
}
