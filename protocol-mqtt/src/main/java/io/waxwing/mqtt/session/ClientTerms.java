package io.waxwing.mqtt.session;

import io.waxwing.bus.spi.Access;
import io.waxwing.mqtt.packet.Bytes;
import io.waxwing.mqtt.packet.ConnAck;
import io.waxwing.mqtt.packet.Disconnect;
import io.waxwing.mqtt.packet.MqttPacket;
import io.waxwing.mqtt.packet.MqttVersion;
import io.waxwing.mqtt.packet.PacketSize;
import io.waxwing.mqtt.packet.Properties;
import io.waxwing.mqtt.packet.Property;
import io.waxwing.mqtt.packet.PubAck;
import io.waxwing.mqtt.packet.PubComp;
import io.waxwing.mqtt.packet.PubRec;
import io.waxwing.mqtt.packet.PubRel;
import io.waxwing.mqtt.packet.SubAck;
import io.waxwing.mqtt.packet.UnsubAck;
import org.jspecify.annotations.Nullable;

/**
 * What was agreed at CONNECT and holds for the connection.
 *
 * @param version spoken
 * @param clientId the client's, or the one assigned to it
 * @param window in-flight QoS 1 and 2 towards the client
 * @param packetBytesMax the client's Maximum Packet Size; {@link Long#MAX_VALUE} if it set none
 * @param problemInformation whether acks may carry reason strings and user properties (E-11)
 * @param withAttributes the client asked for CloudEvents attributes on deliveries
 * @param keepAliveNanos one and a half times the keep alive in force; 0 for none
 * @param sessionExpiry how long the session outlives the connection, seconds, as granted
 * @param cleanStart a former session of the client is not wanted
 * @param access what the client may do
 */
record ClientTerms(
        MqttVersion version,
        String clientId,
        int window,
        long packetBytesMax,
        boolean problemInformation,
        boolean withAttributes,
        long keepAliveNanos,
        long sessionExpiry,
        boolean cleanStart,
        Access access) {
    ClientTerms with(Access other) {
        return new ClientTerms(
                version,
                clientId,
                window,
                packetBytesMax,
                problemInformation,
                withAttributes,
                keepAliveNanos,
                sessionExpiry,
                cleanStart,
                other);
    }

    /** Whose session this is; empty if nobody is asked who he is. */
    String owner() {
        return access.principal().name();
    }

    boolean v5() {
        return version == MqttVersion.V5;
    }

    boolean fits(MqttPacket packet) {
        return packetBytesMax == Long.MAX_VALUE || PacketSize.of(packet, version) <= packetBytesMax;
    }

    /**
     * The packet as this client may get it: without reason string and user properties where it wants none or they do
     * not fit. Null if it does not fit at all (F-3).
     */
    @Nullable MqttPacket trimmed(MqttPacket packet) {
        if (!v5() || packet.properties().isEmpty()) {
            return fits(packet) ? packet : null;
        }
        boolean always = packet instanceof ConnAck || packet instanceof Disconnect;
        if ((problemInformation || always) && fits(packet)) {
            return packet;
        }
        MqttPacket bare = withoutProblemInformation(packet);
        return fits(bare) ? bare : null;
    }

    /** What the client is told of its connection's end; null if it has no word for it, or no room. */
    @Nullable MqttPacket lastWords(Fault fault) {
        if (!v5()) {
            return null;
        }
        Disconnect last = fault.disconnect();
        MqttPacket whole = trimmed(last);
        Disconnect bare = new Disconnect(last.reason(), Properties.NONE);
        return whole != null ? whole : fits(bare) ? bare : null;
    }

    private static MqttPacket withoutProblemInformation(MqttPacket packet) {
        Properties.Builder kept = Properties.builder();
        boolean dropped = false;
        for (Properties.Entry entry : packet.properties().entries()) {
            boolean optional = entry.property() == Property.REASON_STRING || entry.property() == Property.USER_PROPERTY;
            dropped |= optional;
            if (!optional) {
                copy(entry, kept);
            }
        }
        return dropped ? with(packet, kept.build()) : packet;
    }

    private static void copy(Properties.Entry entry, Properties.Builder to) {
        if (entry.value() instanceof Long number) {
            to.add(entry.property(), number);
        } else if (entry.value() instanceof String text) {
            to.add(entry.property(), text);
        } else if (entry.value() instanceof Bytes binary) {
            to.add(entry.property(), binary);
        }
    }

    private static MqttPacket with(MqttPacket packet, Properties properties) {
        return switch (packet.type()) {
            case CONNACK -> new ConnAck(((ConnAck) packet).sessionPresent(), PacketSize.reasonOf(packet), properties);
            case PUBACK -> new PubAck(((PubAck) packet).packetId(), PacketSize.reasonOf(packet), properties);
            case PUBREC -> new PubRec(((PubRec) packet).packetId(), PacketSize.reasonOf(packet), properties);
            case PUBREL -> new PubRel(((PubRel) packet).packetId(), PacketSize.reasonOf(packet), properties);
            case PUBCOMP -> new PubComp(((PubComp) packet).packetId(), PacketSize.reasonOf(packet), properties);
            case SUBACK -> new SubAck(((SubAck) packet).packetId(), ((SubAck) packet).reasons(), properties);
            case UNSUBACK -> new UnsubAck(((UnsubAck) packet).packetId(), ((UnsubAck) packet).reasons(), properties);
            case DISCONNECT -> new Disconnect(PacketSize.reasonOf(packet), properties);
            default -> packet;
        };
    }
}
