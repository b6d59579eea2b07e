package io.waxwing.bus.spi;

import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.event.Event;
import java.util.List;

/**
 * What holds while the subscriber of a {@link Standing} attachment is away. Called by the bus' dispatch thread; never
 * waits.
 */
public interface Absence {
    /** Whether an event that is dispatched while the subscriber is away is kept for it. */
    boolean keeps(Event event, List<Subscription> matched);

    /** Events that may wait; above, the oldest are given up. */
    int eventsMax();

    /** Bytes of events that may wait, as {@link io.waxwing.bus.event.EventDraft#sizeBytes} counts them. */
    long bytesMax();

    /** So many events that waited were given up. */
    void onGivenUp(int events);
}
