package io.waxwing.bus.spi;

import io.waxwing.bus.delivery.Gap;
import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.topic.TopicFilter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reading back. Methods read the store and may block: call them from a pool for slow work, never from an event loop.
 * Failures of the store are thrown as {@link io.waxwing.bus.failure.RefusedException} WXW-2101.
 */
public interface EventReader {
    /** The event with this id, or null. @throws io.waxwing.bus.failure.RefusedException WXW-1207 if it is void */
    @Nullable Event find(EventId eventId);

    /**
     * The event published with this CloudEvents identity on this node, or null. Its {@code eventId} is null while it is
     * durable but not final.
     *
     * @throws io.waxwing.bus.failure.RefusedException WXW-1207 if it is void and was not published again
     */
    @Nullable Event findByIdentity(String source, String id);

    /**
     * One page of matching events in this node's delivery order.
     *
     * @param limit 1 to 1000
     * @throws io.waxwing.bus.failure.RefusedException WXW-1203 if the start is not there
     */
    Page read(TopicFilter filter, StartFrom from, int limit);

    /**
     * Sees that a reader or a subscriber who goes on at a place would miss nothing there: that what follows it is kept.
     * Looks at what he would be given first; what goes while he reads on is {@link Page#missed()} and
     * {@link Subscriber#offerMissed}. A start that names no place, as {@link StartFrom#FIRST}, misses nothing.
     *
     * @throws io.waxwing.bus.delivery.PositionGoneException WXW-1203
     * @throws io.waxwing.bus.failure.RefusedException WXW-1203 if the start is not there
     */
    default void requireKept(TopicFilter filter, StartFrom from) {}

    /**
     * What is ordered behind missing payloads at which delivery has waited for a while, with gaps in their place. It is
     * not in the order of {@link #read} yet, and will be, with what is missing now.
     *
     * @param after goes on strictly after this event or gap; null: from the first gap on
     * @param limit 1 to 1000
     * @throws io.waxwing.bus.failure.RefusedException WXW-1203 if the start is not there
     */
    default Beyond beyond(TopicFilter filter, @Nullable StartFrom after, int limit) {
        return new Beyond(List.of(), true);
    }

    /**
     * What is behind missing payloads.
     *
     * @param items in the ledger's order
     * @param atEnd nothing more was there when this was read
     */
    record Beyond(List<Item> items, boolean atEnd) {
        public Beyond {
            items = List.copyOf(items);
        }

        /** Either of the two. */
        public record Item(@Nullable Event event, @Nullable Gap gap) {}
    }

    /**
     * What one read found.
     *
     * @param events at most {@code limit}
     * @param nextPosition continue with {@link StartFrom.AfterPosition} of this
     * @param atEnd nothing more was there when this was read
     * @param missed events that matched between them and whose content is not kept any more
     */
    record Page(List<Event> events, long nextPosition, boolean atEnd, long missed) {
        /** Nothing was missed. */
        public Page(List<Event> events, long nextPosition, boolean atEnd) {
            this(events, nextPosition, atEnd, 0);
        }
    }
}
