package io.waxwing.bus.topic;

/** When a publisher is told that its event is safe. */
public enum AckPolicy {
    /** Before the synced write. Only for class {@code local}, only if configured, never a default. */
    ACCEPTED(1),
    /** After the synced write on this node. */
    DURABLE(2),
    /** After the block that refers to the event's batch is final; carries the eventId. */
    ORDERED(3);

    private final int code;

    AckPolicy(int code) {
        this.code = code;
    }

    /** The number under which it is stored; never changes its meaning. */
    public int code() {
        return code;
    }

    /** The constant with a stored number. @throws IllegalArgumentException if there is none */
    public static AckPolicy ofCode(int code) {
        for (AckPolicy value : values()) {
            if (value.code == code) {
                return value;
            }
        }
        throw new IllegalArgumentException("no AckPolicy has code " + code);
    }

    /** The word used in configuration, commands and documents. */
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
