package io.waxwing.mqtt.session;

import io.waxwing.bus.failure.Refusal;
import io.waxwing.mqtt.packet.ReasonCode;

/** The bus' refusals in the words of MQTT 5's PUBACK and PUBREC. */
final class Refusals {
    private Refusals() {}

    static ReasonCode reason(Refusal refusal) {
        return switch (refusal.code()) {
            case TOPIC_NAME, TOPIC_RESERVED -> ReasonCode.TOPIC_NAME_INVALID;
            case SCHEMA_MISMATCH -> ReasonCode.PAYLOAD_FORMAT_INVALID;
            default ->
                switch (refusal.code().kind()) {
                    case DENIED -> ReasonCode.NOT_AUTHORIZED;
                    case TOO_LARGE, OVERLOADED -> ReasonCode.QUOTA_EXCEEDED;
                    default -> ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR;
                };
        };
    }
}
