package io.waxwing.mqtt.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.waxwing.bus.event.Payload;
import io.waxwing.mqtt.packet.Auth;
import io.waxwing.mqtt.packet.ConnAck;
import io.waxwing.mqtt.packet.Connect;
import io.waxwing.mqtt.packet.Disconnect;
import io.waxwing.mqtt.packet.MqttPacket;
import io.waxwing.mqtt.packet.MqttVersion;
import io.waxwing.mqtt.packet.PacketType;
import io.waxwing.mqtt.packet.PingReq;
import io.waxwing.mqtt.packet.PingResp;
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
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parses one packet body strictly into its value, or throws {@link Malformed} (mqtt.md section 6). One reader per
 * connection: the first CONNECT fixes the version. Not thread safe; never touches bytes behind the body.
 */
public final class PacketReader {
    /** Who reads: a server refuses what only servers send (E-9). */
    public enum Side {
        SERVER,
        CLIENT
    }

    private static final int RETAIN = 0x01;
    private static final int DUP = 0x08;
    private static final int NO_LOCAL = 0x04;
    private static final int RETAIN_AS_PUBLISHED = 0x08;
    private static final int RETAIN_HANDLING_SHIFT = 4;
    private static final int SUBSCRIBE_RESERVED = 0xC0;

    private final Side side;
    private final FieldReader in = new FieldReader(Unpooled.EMPTY_BUFFER);
    private final PropertyReader propertyReader;
    // Only until CONNECT has been read.
    private @Nullable ConnectReader connectReader;
    private @Nullable MqttVersion version;

    public PacketReader(Side side, CodecLimits limits) {
        this.side = side;
        this.propertyReader = new PropertyReader(limits, side);
    }

    /** A reader that knows the version already: a client's, or a test's. */
    public PacketReader(Side side, CodecLimits limits, MqttVersion version) {
        this(side, limits);
        this.version = version;
    }

    /** The connection's version, null until the protocol level of CONNECT has been read. */
    public @Nullable MqttVersion version() {
        return version != null || connectReader == null ? version : connectReader.version();
    }

    /**
     * Reads a packet whose fixed header has passed {@link FixedHeader}. {@code buffer} holds at least {@code length}
     * more bytes; exactly these are consumed when the packet is accepted.
     */
    public MqttPacket read(int firstByte, ByteBuf buffer, int length) throws Malformed {
        PacketType type = PacketType.ofFirstByte(firstByte);
        in.reset(buffer, length);
        if (type == null) {
            throw in.malformed("packet type");
        }
        MqttPacket packet = type == PacketType.CONNECT ? connect() : readBody(type, firstByte);
        in.finish();
        in.forget();
        return packet;
    }

    private Connect connect() throws Malformed {
        ConnectReader reader = new ConnectReader(propertyReader);
        connectReader = reader;
        Connect connect = reader.read(in);
        version = connect.version();
        connectReader = null;
        return connect;
    }

    private boolean v5() {
        return version() == MqttVersion.V5;
    }

    private MqttPacket readBody(PacketType type, int firstByte) throws Malformed {
        if (side == Side.SERVER && isServersOnly(type)) {
            throw in.protocolError("packet type");
        }
        return switch (type) {
            case PUBLISH -> publish(firstByte);
            case PUBACK, PUBREC, PUBREL, PUBCOMP -> ack(type);
            case SUBSCRIBE -> subscribe();
            case UNSUBSCRIBE -> unsubscribe();
            case PINGREQ -> PingReq.INSTANCE;
            case PINGRESP -> PingResp.INSTANCE;
            case DISCONNECT -> disconnect();
            case AUTH -> auth();
            case CONNACK -> connAck();
            case SUBACK -> subAck();
            case UNSUBACK -> unsubAck();
            default -> throw in.malformed("packet type");
        };
    }

    private static boolean isServersOnly(PacketType type) {
        return switch (type) {
            case CONNACK, SUBACK, UNSUBACK, PINGRESP -> true;
            default -> false;
        };
    }

    private Publish publish(int firstByte) throws Malformed {
        int qos = (firstByte >> 1) & 3;
        String topic = in.topic("topic name");
        if (TopicSyntax.hasWildcard(topic)) {
            throw in.malformed("topic name");
        }
        int packetId = qos == 0 ? 0 : in.packetId();
        Properties properties = properties(PacketType.PUBLISH);
        if (topic.isEmpty() && !properties.has(Property.TOPIC_ALIAS)) {
            throw v5() ? in.protocolError("topic name") : in.malformed("topic name");
        }
        Payload payload = in.rest();
        boolean dup = (firstByte & DUP) != 0;
        return new Publish(dup, qos, (firstByte & RETAIN) != 0, topic, packetId, payload, properties);
    }

    private MqttPacket ack(PacketType type) throws Malformed {
        int packetId = in.packetId();
        ReasonCode reason = in.remaining() == 0 ? ReasonCode.SUCCESS : reason(type);
        Properties properties = in.remaining() == 0 ? Properties.NONE : propertyReader.read(in, type);
        return switch (type) {
            case PUBACK -> new PubAck(packetId, reason, properties);
            case PUBREC -> new PubRec(packetId, reason, properties);
            case PUBREL -> new PubRel(packetId, reason, properties);
            default -> new PubComp(packetId, reason, properties);
        };
    }

    private Subscribe subscribe() throws Malformed {
        int packetId = in.packetId();
        Properties properties = properties(PacketType.SUBSCRIBE);
        List<Subscribe.Entry> entries = new ArrayList<>(2);
        while (in.remaining() > 0) {
            entries.add(entry());
            bound(entries.size());
        }
        if (entries.isEmpty()) {
            throw in.protocolError("topic filter");
        }
        return new Subscribe(packetId, entries, properties);
    }

    private Subscribe.Entry entry() throws Malformed {
        String filter = filter();
        int options = in.u8("subscription options");
        int qos = options & 3;
        if (!v5()) {
            if (options > 2) {
                throw in.malformed("subscription options");
            }
            return new Subscribe.Entry(filter, qos, false, false, 0);
        }
        if ((options & SUBSCRIBE_RESERVED) != 0) {
            throw in.malformed("subscription options");
        }
        int retainHandling = (options >> RETAIN_HANDLING_SHIFT) & 3;
        boolean noLocal = (options & NO_LOCAL) != 0;
        boolean shared = filter.startsWith(TopicSyntax.SHARE_PREFIX);
        if (qos == 3 || retainHandling == 3 || (noLocal && shared)) {
            throw in.protocolError("subscription options");
        }
        return new Subscribe.Entry(filter, qos, noLocal, (options & RETAIN_AS_PUBLISHED) != 0, retainHandling);
    }

    private Unsubscribe unsubscribe() throws Malformed {
        int packetId = in.packetId();
        Properties properties = properties(PacketType.UNSUBSCRIBE);
        List<String> filters = new ArrayList<>(2);
        while (in.remaining() > 0) {
            filters.add(filter());
            bound(filters.size());
        }
        if (filters.isEmpty()) {
            throw in.protocolError("topic filter");
        }
        return new Unsubscribe(packetId, filters, properties);
    }

    private void bound(int entries) throws Malformed {
        if (entries > CodecLimits.MAX_ENTRIES) {
            throw in.fault(ReasonCode.QUOTA_EXCEEDED, "topic filter");
        }
    }

    private String filter() throws Malformed {
        String filter = in.text("topic filter");
        if (!TopicSyntax.isFilter(filter)) {
            throw in.malformed("topic filter");
        }
        return filter;
    }

    private Disconnect disconnect() throws Malformed {
        ReasonCode reason = in.remaining() == 0 ? ReasonCode.SUCCESS : reason(PacketType.DISCONNECT);
        Properties properties = in.remaining() == 0 ? Properties.NONE : propertyReader.read(in, PacketType.DISCONNECT);
        return new Disconnect(reason, properties);
    }

    private Auth auth() throws Malformed {
        if (in.remaining() == 0) {
            if (side == Side.SERVER) {
                throw in.protocolError("reason code"); // 0x00 is the server's to say.
            }
            return new Auth(ReasonCode.SUCCESS, Properties.NONE);
        }
        ReasonCode reason = reason(PacketType.AUTH);
        if (side == Side.SERVER && reason == ReasonCode.SUCCESS) {
            throw in.protocolError("reason code");
        }
        return new Auth(reason, propertyReader.read(in, PacketType.AUTH));
    }

    private ConnAck connAck() throws Malformed {
        int flags = in.u8("acknowledge flags");
        if (flags > 1) {
            throw in.malformed("acknowledge flags");
        }
        ReasonCode reason = v5() ? reason(PacketType.CONNACK) : ReturnCode.toReason(in);
        return new ConnAck(flags == 1, reason, properties(PacketType.CONNACK));
    }

    private SubAck subAck() throws Malformed {
        int packetId = in.packetId();
        Properties properties = properties(PacketType.SUBACK);
        return new SubAck(packetId, reasons(PacketType.SUBACK), properties);
    }

    private UnsubAck unsubAck() throws Malformed {
        int packetId = in.packetId();
        Properties properties = properties(PacketType.UNSUBACK);
        return new UnsubAck(packetId, reasons(PacketType.UNSUBACK), properties);
    }

    private List<ReasonCode> reasons(PacketType type) throws Malformed {
        List<ReasonCode> reasons = new ArrayList<>(2);
        while (in.remaining() > 0) {
            reasons.add(reason(type));
        }
        return reasons;
    }

    private ReasonCode reason(PacketType type) throws Malformed {
        ReasonCode reason = ReasonCode.of(in.u8("reason code"));
        if (reason == null || !reason.mayStandIn(type)) {
            throw in.protocolError("reason code");
        }
        return reason;
    }

    private Properties properties(PacketType type) throws Malformed {
        return v5() ? propertyReader.read(in, type) : Properties.NONE;
    }
}
