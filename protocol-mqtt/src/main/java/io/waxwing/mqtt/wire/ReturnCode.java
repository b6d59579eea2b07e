package io.waxwing.mqtt.wire;

import io.waxwing.mqtt.packet.ReasonCode;

/** CONNACK return codes of 3.1.1 (table 3.1) and the reasons they stand for (requirement C-10). */
final class ReturnCode {
    private static final ReasonCode[] REASONS = {
        ReasonCode.SUCCESS,
        ReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
        ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
        ReasonCode.SERVER_UNAVAILABLE,
        ReasonCode.BAD_USER_NAME_OR_PASSWORD,
        ReasonCode.NOT_AUTHORIZED
    };

    private ReturnCode() {}

    /** The code for a reason; what 3.1.1 has no word for is "server unavailable". */
    static int of(ReasonCode reason) {
        for (int code = 0; code < REASONS.length; code++) {
            if (REASONS[code] == reason) {
                return code;
            }
        }
        return 3;
    }

    static ReasonCode toReason(FieldReader in) throws Malformed {
        int code = in.u8("return code");
        if (code >= REASONS.length) {
            throw in.malformed("return code");
        }
        return REASONS[code];
    }
}
