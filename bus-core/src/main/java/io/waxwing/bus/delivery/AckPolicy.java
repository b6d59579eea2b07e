package io.waxwing.bus.delivery;

/** When a publisher is told that its event is safe. */
public enum AckPolicy {
    /** Before the synced write. Only for class {@code local}, only if configured, never a default. */
    ACCEPTED,
    /** After the synced write on this node. */
    DURABLE,
    /** After the block that refers to the event's batch is final; carries the eventId. */
    ORDERED;

    /** The word used in configuration, commands and documents. */
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
