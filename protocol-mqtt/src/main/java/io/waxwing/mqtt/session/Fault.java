package io.waxwing.mqtt.session;

import io.waxwing.bus.failure.Refusal;
import io.waxwing.mqtt.packet.Disconnect;
import io.waxwing.mqtt.packet.PacketType;
import io.waxwing.mqtt.packet.Properties;
import io.waxwing.mqtt.packet.Property;
import io.waxwing.mqtt.packet.ReasonCode;
import org.jspecify.annotations.Nullable;

/**
 * Why a session must end.
 *
 * @param reason what MQTT 5 clients are told
 * @param text one short line for the reason string; constant words, never the client's data
 * @param close what is counted
 * @param server where MQTT 5 clients are to go instead; null: nowhere
 */
public record Fault(
        ReasonCode reason,
        String text,
        CloseReason close,
        @Nullable String server) {
    /** Another connection claimed the client identifier (T-1). */
    public static final Fault TAKEN_OVER =
            new Fault(ReasonCode.SESSION_TAKEN_OVER, "another connection uses this client identifier");
    /** The node stops. */
    public static final Fault SHUTDOWN = new Fault(ReasonCode.SERVER_SHUTTING_DOWN, "the node is shutting down");
    /** Something of ours failed while working for this connection; the others go on. */
    public static final Fault INTERNAL = new Fault(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR, "internal error");

    /** The principal is gone, or what it has shown does not stand any more. */
    public static final Fault NOT_ADMITTED =
            new Fault(ReasonCode.NOT_AUTHORIZED, "credentials do not hold any more", CloseReason.ACCESS_OVER);

    /** The client began to show anew who it is and could not, or is somebody else. */
    static final Fault NOT_PROVEN =
            new Fault(ReasonCode.NOT_AUTHORIZED, "authentication failed", CloseReason.ACCESS_OVER);

    /** Not a fault: the bus had no room and the shell keeps the draft. */
    static final Fault BUS_FULL = new Fault(ReasonCode.SERVER_BUSY, "bus is full");

    /** The session's state cannot be written: nothing more is promised to the client. */
    static final Fault NOT_STORED =
            new Fault(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR, "the session cannot be stored", CloseReason.STORAGE);

    Fault(ReasonCode reason, String text) {
        this(reason, text, CloseReason.of(reason));
    }

    Fault(ReasonCode reason, String text, CloseReason close) {
        this(reason, text, close, null);
    }

    /** The node stops, and its clients have somewhere else to go (C-13), for good or until it is back. */
    public static Fault redirected(String server, boolean forGood) {
        return new Fault(
                forGood ? ReasonCode.SERVER_MOVED : ReasonCode.USE_ANOTHER_SERVER,
                "the node is shutting down",
                CloseReason.SHUTDOWN,
                server);
    }

    /** The bus ended the attachment. */
    static Fault detached(Refusal refusal) {
        return new Fault(
                ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR, refusal.code().text(), CloseReason.BUS_REFUSED);
    }

    /** The last packet an MQTT 5 client gets. */
    Disconnect disconnect() {
        boolean fits = reason.mayStandIn(PacketType.DISCONNECT);
        Properties.Builder properties = Properties.builder().add(Property.REASON_STRING, text);
        if (server != null) {
            properties.add(Property.SERVER_REFERENCE, server);
        }
        return new Disconnect(fits ? reason : ReasonCode.UNSPECIFIED_ERROR, properties.build());
    }
}
