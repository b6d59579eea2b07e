package io.waxwing.bus.topic;

/** How a topic's events reach subscribers. */
public enum DeliveryClass {
    /** Delivered everywhere after, and in, the ledger's order; every event has an eventId and a receipt. */
    ORDERED(1),
    /** Delivered as soon as durable; its batch's root becomes a ledger leaf later, then eventId and receipt exist. */
    SEALED(2),
    /** Never leaves the node and is never on the ledger: no eventId, no receipt. */
    LOCAL(3),
    /**
     * As {@link #LOCAL}, and written only for those who need it written: subscribers that come back, read behind or are
     * slow, shared subscriptions, retained values, and publishers that name their events. Others get it from memory.
     */
    LIVE(4);

    private final int code;

    DeliveryClass(int code) {
        this.code = code;
    }

    /** The number under which it is stored; never changes its meaning. */
    public int code() {
        return code;
    }

    /** It has eventId and receipt, at once or later. */
    public boolean isOnTheLedger() {
        return this == ORDERED || this == SEALED;
    }

    /** When publishers are told if nothing else is said: the strongest that does not slow delivery down. */
    public AckPolicy usualAck() {
        return switch (this) {
            case ORDERED -> AckPolicy.ORDERED;
            case SEALED, LOCAL -> AckPolicy.DURABLE;
            case LIVE -> AckPolicy.ACCEPTED;
        };
    }

    /** The constant with a stored number. @throws IllegalArgumentException if there is none */
    public static DeliveryClass ofCode(int code) {
        for (DeliveryClass value : values()) {
            if (value.code == code) {
                return value;
            }
        }
        throw new IllegalArgumentException("no DeliveryClass has code " + code);
    }

    /** The word used in configuration, commands and documents. */
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
