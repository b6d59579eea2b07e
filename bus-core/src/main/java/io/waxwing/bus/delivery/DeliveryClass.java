package io.waxwing.bus.delivery;

/** How a topic's events reach subscribers. */
public enum DeliveryClass {
    /** Delivered everywhere after, and in, the ledger's order; every event has an eventId and a receipt. */
    ORDERED,
    /** Delivered as soon as durable; its batch's root becomes a ledger leaf later, then eventId and receipt exist. */
    SEALED,
    /** Never leaves the node and is never on the ledger: no eventId, no receipt. */
    LOCAL;

    /** The word used in configuration, commands and documents. */
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
