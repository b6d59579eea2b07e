package io.waxwing.mqtt.wire;

import io.waxwing.mqtt.packet.ReasonCode;

/**
 * A packet that breaks a rule: which reason code answers it, which field broke it and at which offset of the packet's
 * body (-1: the fixed header). Carries no stack trace, since it describes the peer's fault and not ours.
 */
public final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    /** Offset of a fault in the fixed header. */
    public static final int FIXED_HEADER = -1;

    private final ReasonCode reason;
    private final String field;
    private final int offset;

    public Malformed(ReasonCode reason, String field, int offset) {
        super(reason + " in " + field + " at " + offset, null, false, false);
        this.reason = reason;
        this.field = field;
        this.offset = offset;
    }

    public ReasonCode reason() {
        return reason;
    }

    /** The specification's name of the field; constant text, so it may be a metric label or a reason string. */
    public String field() {
        return field;
    }

    public int offset() {
        return offset;
    }
}
