package io.waxwing.mqtt.wire;

import io.waxwing.bus.event.Payload;
import io.waxwing.mqtt.packet.Bytes;
import io.waxwing.mqtt.packet.Connect;
import io.waxwing.mqtt.packet.ConnectWill;
import io.waxwing.mqtt.packet.MqttVersion;
import io.waxwing.mqtt.packet.PacketType;
import io.waxwing.mqtt.packet.Properties;
import io.waxwing.mqtt.packet.Property;
import io.waxwing.mqtt.packet.ReasonCode;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads CONNECT (section 3.1; requirements C-2 to C-4). Remembers the version as soon as it is known, because the
 * answer to a fault depends on it.
 */
final class ConnectReader {
    private static final byte[] MQTT = "MQTT".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] MQISDP = "MQIsdp".getBytes(StandardCharsets.US_ASCII);
    private static final int RESERVED = 0x01;
    private static final int CLEAN_START = 0x02;
    private static final int WILL = 0x04;
    private static final int WILL_QOS_SHIFT = 3;
    private static final int WILL_RETAIN = 0x20;
    private static final int PASSWORD = 0x40;
    private static final int USER_NAME = 0x80;
    /** Will QoS and will retain, which mean nothing without a will. */
    private static final int WILL_DETAILS = 0x38;

    private final PropertyReader propertyReader;
    private @Nullable MqttVersion version;

    ConnectReader(PropertyReader propertyReader) {
        this.propertyReader = propertyReader;
    }

    /** The version once CONNECT's protocol level has been read, null before. */
    @Nullable MqttVersion version() {
        return version;
    }

    Connect read(FieldReader in) throws Malformed {
        MqttVersion spoken = protocol(in);
        version = spoken;
        boolean v5 = spoken == MqttVersion.V5;
        int flags = flags(in, v5);
        int keepAlive = in.u16("keep alive");
        Properties properties = v5 ? propertyReader.read(in, PacketType.CONNECT) : Properties.NONE;
        if (properties.has(Property.AUTHENTICATION_DATA) && !properties.has(Property.AUTHENTICATION_METHOD)) {
            throw in.protocolError("authentication data");
        }
        String clientId = in.text("client identifier");
        ConnectWill will = (flags & WILL) == 0 ? null : will(in, flags, v5);
        String userName = (flags & USER_NAME) == 0 ? null : in.text("user name");
        Bytes password = (flags & PASSWORD) == 0 ? null : in.binary("password");
        in.finish();
        boolean cleanStart = (flags & CLEAN_START) != 0;
        return new Connect(spoken, cleanStart, keepAlive, clientId, will, userName, password, properties);
    }

    private static MqttVersion protocol(FieldReader in) throws Malformed {
        int length = in.u16("protocol name");
        if (length == MQISDP.length && in.nextIs(MQISDP, "protocol name")) {
            throw in.fault(ReasonCode.UNSUPPORTED_PROTOCOL_VERSION, "protocol name");
        }
        if (length != MQTT.length || !in.nextIs(MQTT, "protocol name")) {
            throw in.malformed("protocol name");
        }
        int level = in.u8("protocol level");
        for (MqttVersion known : MqttVersion.values()) {
            if (known.level() == level) {
                return known;
            }
        }
        throw in.fault(ReasonCode.UNSUPPORTED_PROTOCOL_VERSION, "protocol level");
    }

    private static int flags(FieldReader in, boolean v5) throws Malformed {
        int flags = in.u8("connect flags");
        boolean will = (flags & WILL) != 0;
        boolean legal = (flags & RESERVED) == 0
                && (will || (flags & WILL_DETAILS) == 0)
                && ((flags >> WILL_QOS_SHIFT) & 3) != 3
                && (v5 || (flags & USER_NAME) != 0 || (flags & PASSWORD) == 0);
        if (!legal) {
            throw in.malformed("connect flags");
        }
        return flags;
    }

    private ConnectWill will(FieldReader in, int flags, boolean v5) throws Malformed {
        Properties properties = v5 ? propertyReader.read(in, PacketType.WILL) : Properties.NONE;
        String topic = in.text("will topic");
        if (topic.isEmpty() || TopicSyntax.hasWildcard(topic)) {
            throw in.malformed("will topic");
        }
        Payload payload = in.payload("will payload");
        int qos = (flags >> WILL_QOS_SHIFT) & 3;
        return new ConnectWill(topic, payload, qos, (flags & WILL_RETAIN) != 0, properties);
    }
}
