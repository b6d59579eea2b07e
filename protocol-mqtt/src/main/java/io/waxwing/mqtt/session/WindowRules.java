package io.waxwing.mqtt.session;

import io.waxwing.mqtt.packet.MqttPacket;
import io.waxwing.mqtt.packet.Properties;
import io.waxwing.mqtt.packet.PubAck;
import io.waxwing.mqtt.packet.PubComp;
import io.waxwing.mqtt.packet.PubRec;
import io.waxwing.mqtt.packet.PubRel;
import io.waxwing.mqtt.packet.ReasonCode;
import org.jspecify.annotations.Nullable;

/**
 * What the client's acknowledgements do to the window (D-4, D-6, F-1): a slot frees at PUBACK, PUBCOMP, or a PUBREC of
 * 0x80 and above. An acknowledgement of an unknown identifier is passed over; one of the wrong kind ends the
 * connection.
 */
final class WindowRules {
    private WindowRules() {}

    /** PUBACK, PUBREC or PUBCOMP; the fault if it must end the connection. */
    static @Nullable Fault onAck(MqttPacket packet, Inflight inflight) {
        if (packet instanceof PubAck ack) {
            return finish(ack.packetId(), Inflight.Waiting.PUBACK, inflight);
        }
        if (packet instanceof PubComp done) {
            return finish(done.packetId(), Inflight.Waiting.PUBCOMP, inflight);
        }
        return onPubRec((PubRec) packet, inflight);
    }

    private static @Nullable Fault onPubRec(PubRec packet, Inflight inflight) {
        int id = packet.packetId();
        return switch (inflight.waitsFor(id)) {
            case PUBACK -> wrongKind();
            case PUBREC -> {
                if (packet.reason().isError()) {
                    inflight.free(id);
                } else {
                    inflight.released(id);
                }
                yield null;
            }
            case PUBCOMP, NOTHING -> null;
        };
    }

    /** PUBREL for a PUBREC, after {@link #onAck}; none after a negative one. */
    static @Nullable MqttPacket answer(PubRec packet, Inflight inflight, ClientTerms terms) {
        if (packet.reason().isError()) {
            return null;
        }
        boolean known = inflight.waitsFor(packet.packetId()) == Inflight.Waiting.PUBCOMP;
        return known || !terms.v5()
                ? new PubRel(packet.packetId())
                : new PubRel(packet.packetId(), ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, Properties.NONE);
    }

    private static @Nullable Fault finish(int id, Inflight.Waiting kind, Inflight inflight) {
        Inflight.Waiting waiting = inflight.waitsFor(id);
        if (waiting == Inflight.Waiting.NOTHING) {
            return null;
        }
        if (waiting != kind) {
            return wrongKind();
        }
        inflight.free(id);
        return null;
    }

    private static Fault wrongKind() {
        return new Fault(ReasonCode.PROTOCOL_ERROR, "acknowledgement of the wrong kind");
    }
}
