package io.waxwing.bus.event;

/**
 * Says which packet of which durable session an event came with. It is stored in one write with the event, so that
 * after a crash the session knows that it has the packet exactly if the event is there; a repeat of the packet becomes
 * no second event as long as the mark stands.
 *
 * @param session the session's name in the {@link io.waxwing.bus.spi.SessionStore}
 * @param packetId 1 to 65,535
 */
public record SessionMark(String session, int packetId) {
    private static final String PREFIX = "q";

    /** The mark's row among those of its session. */
    public String row() {
        return PREFIX + packetId;
    }

    /** The packet identifier of a row that {@link #row} named; 0 if the row is none. */
    public static int packetIdOf(String row) {
        return row.startsWith(PREFIX) ? Integer.parseInt(row.substring(PREFIX.length())) : 0;
    }
}
