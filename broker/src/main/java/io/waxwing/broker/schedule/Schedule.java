package io.waxwing.broker.schedule;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.Payload;

/**
 * What somebody wants published when.
 *
 * @param untilMs nothing is due behind it; {@link Long#MAX_VALUE} for ever
 * @param once whether something is published late, and then once, for times that have passed unseen
 * @param attributes of the event, without its identity
 * @param json the same as it was given
 */
record Schedule(
        Times times, long untilMs, boolean once, String topic, Attributes attributes, Payload data, ObjectNode json) {
    /** The first time behind this one, 0 for never. */
    long after(long ms) {
        long next = times.after(ms);
        return next > untilMs ? 0 : next;
    }

    /** The last time that is not behind this one, 0 for none. */
    long latest(long ms) {
        return times.latest(Math.min(ms, untilMs));
    }
}
