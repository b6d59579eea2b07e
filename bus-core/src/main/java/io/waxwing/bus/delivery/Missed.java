package io.waxwing.bus.delivery;

import io.waxwing.bus.event.EventId;
import org.jspecify.annotations.Nullable;

/**
 * Events of one topic that a subscriber or a reader came by in vain: their content is not kept any more. Events that
 * were erased are not among them.
 *
 * @param topic of all of them
 * @param count how many, from 1
 * @param first the first of them; null if they have no eventId
 * @param last the last of them; null if they have no eventId
 */
public record Missed(
        String topic,
        long count,
        @Nullable EventId first,
        @Nullable EventId last) {
    /** These and one more behind them. */
    public Missed and(@Nullable EventId next) {
        return new Missed(topic, count + 1, first, next);
    }
}
