package io.waxwing.bus.spi;

import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.event.EventDraft;

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
}
