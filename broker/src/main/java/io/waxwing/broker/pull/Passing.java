package io.waxwing.broker.pull;

import io.waxwing.bus.event.Event;
import io.waxwing.bus.filter.Cesql;

/** Whether an event passes an expression; how its attributes are called is the protocols' business. */
@FunctionalInterface
public interface Passing {
    /**
     * Looks at one event.
     *
     * @param name of the subscription
     * @param owner whose it is
     */
    boolean test(String name, String owner, Cesql sql, Event event);
}
