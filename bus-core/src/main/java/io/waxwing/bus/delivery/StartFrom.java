package io.waxwing.bus.delivery;

import io.waxwing.bus.event.EventId;

/** Where a subscriber or a reader begins. */
public sealed interface StartFrom {
    /** Only what is delivered from now on. */
    StartFrom NEXT = new Next();
    /** Everything this node still has. */
    StartFrom FIRST = new First();
    /** The last event that matches, then what follows. */
    StartFrom LAST = new Last();

    /** See {@link #NEXT}. */
    record Next() implements StartFrom {}

    /** See {@link #FIRST}. */
    record First() implements StartFrom {}

    /** See {@link #LAST}. */
    record Last() implements StartFrom {}

    /** Strictly after the event with this id, in this node's delivery order. */
    record After(EventId eventId) implements StartFrom {}

    /** From this position in the topic, inclusive; only for a filter without wildcards. */
    record AtTopicSeq(long topicSeq) implements StartFrom {}

    /** From the first event whose order time (or, for class local and sealed, arrival) is not before this, Unix ms. */
    record AtTime(long timeMs) implements StartFrom {}

    /** Strictly after the events of this SEGMENT leaf, in the ledger's order; for who does not wait for payloads. */
    record AfterGap(long height, long leafIndex) implements StartFrom {}

    /** Strictly after this node's delivery position; see {@link io.waxwing.bus.event.Event#position()}. */
    record AfterPosition(long position) implements StartFrom {}
}
