package io.waxwing.mqtt.wire;

import static io.waxwing.mqtt.packet.MqttVersion.V3_1_1;
import static io.waxwing.mqtt.packet.MqttVersion.V5;

import io.waxwing.bus.event.Payload;
import io.waxwing.mqtt.packet.Auth;
import io.waxwing.mqtt.packet.Bytes;
import io.waxwing.mqtt.packet.ConnAck;
import io.waxwing.mqtt.packet.Connect;
import io.waxwing.mqtt.packet.ConnectWill;
import io.waxwing.mqtt.packet.Disconnect;
import io.waxwing.mqtt.packet.MqttPacket;
import io.waxwing.mqtt.packet.MqttVersion;
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

/** One packet of every type and version with its bytes, written by hand from the specifications. */
final class Goldens {
    private static final Properties NONE = Properties.NONE;

    private Goldens() {}

    /** A packet, what speaks it, and its bytes in hex. */
    record Golden(String name, MqttVersion version, boolean fromClient, String hex, MqttPacket packet) {
        byte[] bytes() {
            return Hex.bytes(hex);
        }

        @Override
        public String toString() {
            return name + " " + version;
        }
    }

    static List<Golden> all() {
        List<Golden> all = new ArrayList<>();
        connects(all);
        fromServer(all);
        publishes(all);
        acks(all);
        subscriptions(all);
        endings(all);
        return all;
    }

    static List<Golden> fromClient() {
        return all().stream().filter(Golden::fromClient).toList();
    }

    private static void client(List<Golden> to, MqttVersion version, String hex, MqttPacket packet) {
        to.add(new Golden(packet.type() + " " + to.size(), version, true, hex, packet));
    }

    private static void server(List<Golden> to, MqttVersion version, String hex, MqttPacket packet) {
        to.add(new Golden(packet.type() + " " + to.size(), version, false, hex, packet));
    }

    private static void connects(List<Golden> to) {
        client(
                to,
                V3_1_1,
                "10 0d 0004 4d515454 04 02 003c 0001 61",
                new Connect(V3_1_1, true, 60, "a", null, null, null, NONE));
        client(
                to,
                V3_1_1,
                "10 1c 0004 4d515454 04 ec 0000 0001 61 0001 77 0002 ff00 0001 75 0003 000102",
                new Connect(
                        V3_1_1,
                        false,
                        0,
                        "a",
                        new ConnectWill("w", Payload.of(new byte[] {-1, 0}), 1, true, NONE),
                        "u",
                        Bytes.of(new byte[] {0, 1, 2}),
                        NONE));
        client(to, V5, "10 0d 0004 4d515454 05 02 0000 00 0000", new Connect(V5, true, 0, "", null, null, null, NONE));
        Properties connect = Properties.builder()
                .add(Property.SESSION_EXPIRY_INTERVAL, 4294967295L)
                .add(Property.RECEIVE_MAXIMUM, 10)
                .add(Property.MAXIMUM_PACKET_SIZE, 1000)
                .add(Property.REQUEST_PROBLEM_INFORMATION, 0)
                .user("k", "v")
                .build();
        Properties will = Properties.builder()
                .add(Property.WILL_DELAY_INTERVAL, 5)
                .add(Property.CONTENT_TYPE, "t")
                .build();
        client(
                to,
                V5,
                "10 36 0004 4d515454 05 54 0001 16 11ffffffff 21000a 27000003e8 1700 2600016b000176"
                        + " 0001 61 09 1800000005 03000174 0001 77 0000 0001 70",
                new Connect(
                        V5,
                        false,
                        1,
                        "a",
                        new ConnectWill("w", Payload.EMPTY, 2, false, will),
                        null,
                        Bytes.utf8("p"),
                        connect));
    }

    private static void fromServer(List<Golden> to) {
        server(to, V3_1_1, "20 02 00 00", new ConnAck(false, ReasonCode.SUCCESS, NONE));
        server(to, V3_1_1, "20 02 01 00", new ConnAck(true, ReasonCode.SUCCESS, NONE));
        server(to, V3_1_1, "20 02 00 01", new ConnAck(false, ReasonCode.UNSUPPORTED_PROTOCOL_VERSION, NONE));
        server(to, V3_1_1, "20 02 00 05", new ConnAck(false, ReasonCode.NOT_AUTHORIZED, NONE));
        server(to, V5, "20 03 00 85 00", new ConnAck(false, ReasonCode.CLIENT_IDENTIFIER_NOT_VALID, NONE));
        Properties properties = Properties.builder()
                .add(Property.RECEIVE_MAXIMUM, 256)
                .add(Property.SHARED_SUBSCRIPTION_AVAILABLE, 0)
                .add(Property.ASSIGNED_CLIENT_IDENTIFIER, "x")
                .build();
        server(to, V5, "20 0c 00 00 09 210100 2a00 12000178", new ConnAck(false, ReasonCode.SUCCESS, properties));
        server(to, V3_1_1, "d0 00", PingResp.INSTANCE);
        server(
                to,
                V3_1_1,
                "90 05 0001 00 02 80",
                new SubAck(
                        1, List.of(ReasonCode.SUCCESS, ReasonCode.GRANTED_QOS_2, ReasonCode.UNSPECIFIED_ERROR), NONE));
        server(
                to,
                V5,
                "90 05 0001 00 01 97",
                new SubAck(1, List.of(ReasonCode.GRANTED_QOS_1, ReasonCode.QUOTA_EXCEEDED), NONE));
        server(to, V3_1_1, "b0 02 0001", new UnsubAck(1, List.of(), NONE));
        server(
                to,
                V5,
                "b0 05 0001 00 00 11",
                new UnsubAck(1, List.of(ReasonCode.SUCCESS, ReasonCode.NO_SUBSCRIPTION_EXISTED), NONE));
        server(to, V5, "f0 00", new Auth(ReasonCode.SUCCESS, NONE));
        Properties ids = Properties.builder()
                .add(Property.SUBSCRIPTION_IDENTIFIER, 1)
                .add(Property.SUBSCRIPTION_IDENTIFIER, 268435455)
                .build();
        server(to, V5, "30 0b 0001 74 07 0b01 0bffffff7f", new Publish(false, 0, false, "t", 0, Payload.EMPTY, ids));
    }

    private static void publishes(List<Golden> to) {
        Payload hi = Payload.utf8("hi");
        client(to, V3_1_1, "30 05 0001 74 6869", new Publish(false, 0, false, "t", 0, hi, NONE));
        client(to, V3_1_1, "3b 07 0001 74 000a 6869", new Publish(true, 1, true, "t", 10, hi, NONE));
        client(to, V5, "34 06 0001 2f ffff 00", new Publish(false, 2, false, "/", 65535, Payload.EMPTY, NONE));
        Properties properties = Properties.builder()
                .add(Property.PAYLOAD_FORMAT_INDICATOR, 1)
                .add(Property.MESSAGE_EXPIRY_INTERVAL, 300)
                .add(Property.CONTENT_TYPE, "c")
                .add(Property.RESPONSE_TOPIC, "r")
                .add(Property.CORRELATION_DATA, Bytes.of(new byte[] {7}))
                .user("b", "2")
                .user("a", "1")
                .user("b", "")
                .build();
        client(
                to,
                V5,
                "32 30 0002 c3a9 0001 27 0101 020000012c 03000163 08000172 09000107"
                        + " 26000162000132 26000161000131 260001620000 6869",
                new Publish(false, 1, false, "\u00e9", 1, hi, properties));
        Properties alias = Properties.builder().add(Property.TOPIC_ALIAS, 3).build();
        client(to, V5, "30 06 0000 03 230003", new Publish(false, 0, false, "", 0, Payload.EMPTY, alias));
    }

    private static void acks(List<Golden> to) {
        client(to, V3_1_1, "40 02 0001", new PubAck(1));
        client(to, V5, "40 02 0001", new PubAck(1));
        client(to, V5, "40 03 0001 87", new PubAck(1, ReasonCode.NOT_AUTHORIZED, NONE));
        client(to, V5, "40 08 0001 00 04 1f 0001 78", new PubAck(1, ReasonCode.SUCCESS, Properties.reason("x")));
        client(to, V3_1_1, "50 02 0102", new PubRec(258));
        client(to, V5, "50 03 0102 10", new PubRec(258, ReasonCode.NO_MATCHING_SUBSCRIBERS, NONE));
        client(to, V3_1_1, "62 02 0001", new PubRel(1));
        client(to, V5, "62 03 0001 92", new PubRel(1, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, NONE));
        client(to, V3_1_1, "70 02 0001", new PubComp(1));
        client(to, V5, "70 03 0001 92", new PubComp(1, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, NONE));
    }

    private static void subscriptions(List<Golden> to) {
        Subscribe.Entry plain = new Subscribe.Entry("a/#", 1, false, false, 0);
        Subscribe.Entry full = new Subscribe.Entry("+", 2, true, true, 2);
        client(
                to,
                V3_1_1,
                "82 0c 0001 0003 612f23 01 0001 2b 02",
                new Subscribe(1, List.of(plain, new Subscribe.Entry("+", 2, false, false, 0)), NONE));
        Properties id =
                Properties.builder().add(Property.SUBSCRIPTION_IDENTIFIER, 128).build();
        client(to, V5, "82 10 0001 03 0b8001 0003 612f23 01 0001 2b 2e", new Subscribe(1, List.of(plain, full), id));
        client(to, V3_1_1, "a2 05 0001 0001 61", new Unsubscribe(1, List.of("a"), NONE));
        client(to, V5, "a2 09 0001 00 0001 61 0001 62", new Unsubscribe(1, List.of("a", "b"), NONE));
    }

    private static void endings(List<Golden> to) {
        client(to, V3_1_1, "c0 00", PingReq.INSTANCE);
        client(to, V3_1_1, "e0 00", new Disconnect(ReasonCode.SUCCESS, NONE));
        client(to, V5, "e0 00", new Disconnect(ReasonCode.SUCCESS, NONE));
        client(to, V5, "e0 01 04", new Disconnect(ReasonCode.DISCONNECT_WITH_WILL, NONE));
        Properties expiry =
                Properties.builder().add(Property.SESSION_EXPIRY_INTERVAL, 0).build();
        client(to, V5, "e0 07 00 05 1100000000", new Disconnect(ReasonCode.SUCCESS, expiry));
        Properties method =
                Properties.builder().add(Property.AUTHENTICATION_METHOD, "m").build();
        client(to, V5, "f0 06 18 04 15 0001 6d", new Auth(ReasonCode.CONTINUE_AUTHENTICATION, method));
    }
}
