package io.waxwing.mqtt.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.waxwing.mqtt.packet.Bytes;
import io.waxwing.mqtt.packet.ConnAck;
import io.waxwing.mqtt.packet.Connect;
import io.waxwing.mqtt.packet.ConnectWill;
import io.waxwing.mqtt.packet.MqttPacket;
import io.waxwing.mqtt.packet.MqttVersion;
import io.waxwing.mqtt.packet.PacketSize;
import io.waxwing.mqtt.packet.Properties;
import io.waxwing.mqtt.packet.Property;
import io.waxwing.mqtt.packet.PubAck;
import io.waxwing.mqtt.packet.PubComp;
import io.waxwing.mqtt.packet.PubRec;
import io.waxwing.mqtt.packet.PubRel;
import io.waxwing.mqtt.packet.Publish;
import io.waxwing.mqtt.packet.ReasonCode;
import io.waxwing.mqtt.packet.SubAck;
import io.waxwing.mqtt.packet.Subscribe;
import io.waxwing.mqtt.packet.UnsubAck;
import io.waxwing.mqtt.packet.Unsubscribe;
import io.waxwing.mqtt.packet.UserProperty;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes packets: the exact size first ({@link PacketSize}), then every byte once into the given buffer. Stateless. */
public final class PacketWriter {
    private static final byte[] MQTT = "MQTT".getBytes(StandardCharsets.US_ASCII);
    /** Return code of SUBACK for every failure on 3.1.1. */
    private static final int FAILURE = 0x80;

    private PacketWriter() {}

    /** Appends the packet to {@code out} in the form of the version. */
    public static void write(MqttPacket packet, MqttVersion version, ByteBuf out) {
        long remaining = PacketSize.remainingLength(packet, version);
        int size = Math.toIntExact(1 + PacketSize.variableSize(remaining) + remaining);
        out.ensureWritable(size);
        int from = out.writerIndex();
        out.writeByte((packet.type().code() << 4) | flags(packet));
        variable(remaining, out);
        body(packet, version == MqttVersion.V5, out);
        if (out.writerIndex() - from != size) {
            throw new IllegalStateException(
                    packet.type() + " has " + (out.writerIndex() - from) + " bytes, announced " + size);
        }
    }

    private static int flags(MqttPacket packet) {
        if (packet instanceof Publish publish) {
            return (publish.dup() ? 8 : 0) | (publish.qos() << 1) | (publish.retain() ? 1 : 0);
        }
        return packet.type().flags();
    }

    private static void body(MqttPacket packet, boolean v5, ByteBuf out) {
        switch (packet.type()) {
            case CONNECT -> connect((Connect) packet, v5, out);
            case CONNACK -> connAck((ConnAck) packet, v5, out);
            case PUBLISH -> publish((Publish) packet, v5, out);
            case PUBACK -> ack(((PubAck) packet).packetId(), packet, v5, out);
            case PUBREC -> ack(((PubRec) packet).packetId(), packet, v5, out);
            case PUBREL -> ack(((PubRel) packet).packetId(), packet, v5, out);
            case PUBCOMP -> ack(((PubComp) packet).packetId(), packet, v5, out);
            case SUBSCRIBE -> subscribe((Subscribe) packet, v5, out);
            case SUBACK -> subAck((SubAck) packet, v5, out);
            case UNSUBSCRIBE -> unsubscribe((Unsubscribe) packet, v5, out);
            case UNSUBACK -> unsubAck((UnsubAck) packet, v5, out);
            case DISCONNECT -> shortened(packet, v5, out, 1);
            case AUTH -> shortened(packet, v5, out, 2);
            case PINGREQ, PINGRESP -> out.writeBytes(Bytes.EMPTY.array());
            case WILL -> throw new IllegalArgumentException("not a packet");
        }
    }

    private static void connect(Connect packet, boolean v5, ByteBuf out) {
        ConnectWill will = packet.will();
        String userName = packet.userName();
        Bytes password = packet.password();
        int willFlags = will == null ? 0 : 0x04 | (will.qos() << 3) | (will.retain() ? 0x20 : 0);
        out.writeShort(MQTT.length).writeBytes(MQTT).writeByte(packet.version().level());
        out.writeByte((packet.cleanStart() ? 0x02 : 0)
                | willFlags
                | (password == null ? 0 : 0x40)
                | (userName == null ? 0 : 0x80));
        out.writeShort(packet.keepAliveSeconds());
        properties(packet.properties(), v5, out);
        text(packet.clientId(), out);
        if (will != null) {
            properties(will.properties(), v5, out);
            text(will.topic(), out);
            out.writeShort(will.payload().size()).writeBytes(will.payload().bytes());
        }
        if (userName != null) {
            text(userName, out);
        }
        if (password != null) {
            binary(password, out);
        }
    }

    private static void connAck(ConnAck packet, boolean v5, ByteBuf out) {
        out.writeByte(packet.sessionPresent() ? 1 : 0);
        out.writeByte(v5 ? packet.reason().code() : ReturnCode.of(packet.reason()));
        properties(packet.properties(), v5, out);
    }

    private static void publish(Publish packet, boolean v5, ByteBuf out) {
        text(packet.topic(), out);
        if (packet.qos() > 0) {
            out.writeShort(packet.packetId());
        }
        properties(packet.properties(), v5, out);
        out.writeBytes(packet.payload().bytes());
    }

    private static void ack(int packetId, MqttPacket packet, boolean v5, ByteBuf out) {
        out.writeShort(packetId);
        shortened(packet, v5, out, 1);
    }

    /** {@code withoutProperties}: bytes that remain when there are no properties; AUTH keeps its property length. */
    private static void shortened(MqttPacket packet, boolean v5, ByteBuf out, int withoutProperties) {
        ReasonCode reason = PacketSize.reasonOf(packet);
        boolean bare = packet.properties().isEmpty();
        if (!v5 || (bare && reason == ReasonCode.SUCCESS)) {
            return;
        }
        out.writeByte(reason.code());
        if (!bare || withoutProperties > 1) {
            properties(packet.properties(), true, out);
        }
    }

    private static void subscribe(Subscribe packet, boolean v5, ByteBuf out) {
        out.writeShort(packet.packetId());
        properties(packet.properties(), v5, out);
        for (Subscribe.Entry entry : packet.entries()) {
            text(entry.filter(), out);
            int options = (entry.noLocal() ? 0x04 : 0)
                    | (entry.retainAsPublished() ? 0x08 : 0)
                    | (entry.retainHandling() << 4);
            out.writeByte(entry.qos() | (v5 ? options : 0));
        }
    }

    private static void subAck(SubAck packet, boolean v5, ByteBuf out) {
        out.writeShort(packet.packetId());
        properties(packet.properties(), v5, out);
        for (ReasonCode reason : packet.reasons()) {
            out.writeByte(v5 || !reason.isError() ? reason.code() : FAILURE);
        }
    }

    private static void unsubscribe(Unsubscribe packet, boolean v5, ByteBuf out) {
        out.writeShort(packet.packetId());
        properties(packet.properties(), v5, out);
        for (String filter : packet.filters()) {
            text(filter, out);
        }
    }

    private static void unsubAck(UnsubAck packet, boolean v5, ByteBuf out) {
        out.writeShort(packet.packetId());
        if (v5) {
            properties(packet.properties(), true, out);
            for (ReasonCode reason : packet.reasons()) {
                out.writeByte(reason.code());
            }
        }
    }

    private static void properties(Properties properties, boolean v5, ByteBuf out) {
        if (!v5) {
            return;
        }
        List<Properties.Entry> entries = properties.entries();
        variable(PacketSize.propertiesLength(properties), out);
        for (int i = 0; i < entries.size(); i++) {
            Property property = entries.get(i).property();
            out.writeByte(property.identifier());
            value(property, entries.get(i).value(), out);
        }
    }

    private static void value(Property property, Object value, ByteBuf out) {
        switch (property.kind()) {
            case BYTE -> out.writeByte(((Long) value).intValue());
            case TWO_BYTES -> out.writeShort(((Long) value).intValue());
            case FOUR_BYTES -> out.writeInt(((Long) value).intValue());
            case VARIABLE -> variable((Long) value, out);
            case TEXT -> text((String) value, out);
            case BINARY -> binary((Bytes) value, out);
            case PAIR -> {
                text(((UserProperty) value).name(), out);
                text(((UserProperty) value).value(), out);
            }
        }
    }

    private static void variable(long value, ByteBuf out) {
        long rest = value;
        while (rest >= 0x80) {
            out.writeByte((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        out.writeByte((int) rest);
    }

    private static void text(String text, ByteBuf out) {
        int lengthAt = out.writerIndex();
        out.writeShort(0);
        out.setShort(lengthAt, ByteBufUtil.writeUtf8(out, text));
    }

    private static void binary(Bytes bytes, ByteBuf out) {
        out.writeShort(bytes.size()).writeBytes(bytes.array());
    }
}
