package io.waxwing.mqtt.wire;

import io.waxwing.bus.event.Payload;
import io.waxwing.mqtt.packet.Bytes;
import io.waxwing.mqtt.packet.Connect;
import io.waxwing.mqtt.packet.ConnectWill;
import io.waxwing.mqtt.packet.Disconnect;
import io.waxwing.mqtt.packet.MqttPacket;
import io.waxwing.mqtt.packet.MqttVersion;
import io.waxwing.mqtt.packet.PingReq;
import io.waxwing.mqtt.packet.Properties;
import io.waxwing.mqtt.packet.Property;
import io.waxwing.mqtt.packet.PubAck;
import io.waxwing.mqtt.packet.PubRec;
import io.waxwing.mqtt.packet.PubRel;
import io.waxwing.mqtt.packet.Publish;
import io.waxwing.mqtt.packet.ReasonCode;
import io.waxwing.mqtt.packet.Subscribe;
import io.waxwing.mqtt.packet.Unsubscribe;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Legal packets a client may send, by seed. */
final class RandomPackets {
    private static final String[] LEVELS = {
        "a", "", "b c", "\u00e9", "\ud83d\ude00", "$x", "\ufeff", "\u0001", "long-level"
    };

    private final Random random;

    RandomPackets(Random random) {
        this.random = random;
    }

    /** The seed to use: {@code -Dseed=} replays a failure. */
    static long seed() {
        Long given = Long.getLong("seed");
        return given != null ? given : System.nanoTime();
    }

    MqttPacket connect(MqttVersion version) {
        boolean v5 = version == MqttVersion.V5;
        boolean userName = random.nextBoolean();
        boolean password = (v5 || userName) && random.nextBoolean();
        ConnectWill will = random.nextBoolean()
                ? null
                : new ConnectWill(topic(), payload(), random.nextInt(3), random.nextBoolean(), will(v5));
        return new Connect(
                version,
                random.nextBoolean(),
                random.nextInt(65_536),
                text(),
                will,
                userName ? text() : null,
                password ? bytes() : null,
                connectProperties(v5));
    }

    MqttPacket next(MqttVersion version) {
        boolean v5 = version == MqttVersion.V5;
        return switch (random.nextInt(8)) {
            case 0, 1, 2 -> publish(v5);
            case 3 -> new Subscribe(packetId(), entries(v5), subscribeProperties(v5));
            case 4 -> new Unsubscribe(packetId(), filters(), users(v5));
            case 5 -> ack(v5);
            case 6 -> PingReq.INSTANCE;
            default ->
                new Disconnect(
                        v5 && random.nextBoolean() ? ReasonCode.DISCONNECT_WITH_WILL : ReasonCode.SUCCESS, users(v5));
        };
    }

    private MqttPacket publish(boolean v5) {
        int qos = random.nextInt(3);
        boolean dup = qos > 0 && random.nextBoolean();
        return new Publish(
                dup, qos, random.nextBoolean(), topic(), qos == 0 ? 0 : packetId(), payload(), publishProperties(v5));
    }

    private MqttPacket ack(boolean v5) {
        ReasonCode reason = v5 && random.nextBoolean() ? ReasonCode.NOT_AUTHORIZED : ReasonCode.SUCCESS;
        return switch (random.nextInt(3)) {
            case 0 -> new PubAck(packetId(), reason, users(v5));
            case 1 -> new PubRec(packetId(), reason, users(v5));
            default -> new PubRel(packetId(), ReasonCode.SUCCESS, users(v5));
        };
    }

    private Properties connectProperties(boolean v5) {
        Properties.Builder out = Properties.builder();
        if (v5 && random.nextBoolean()) {
            out.add(Property.SESSION_EXPIRY_INTERVAL, random.nextInt() & 0xFFFFFFFFL);
            out.add(Property.RECEIVE_MAXIMUM, 1 + random.nextInt(65_535));
            out.user(text(), text());
        }
        return out.build();
    }

    private Properties will(boolean v5) {
        Properties.Builder out = Properties.builder();
        if (v5 && random.nextBoolean()) {
            out.add(Property.WILL_DELAY_INTERVAL, random.nextInt() & 0xFFFFFFFFL);
            out.add(Property.CORRELATION_DATA, bytes());
            out.user(text(), text());
        }
        return out.build();
    }

    private Properties publishProperties(boolean v5) {
        Properties.Builder out = Properties.builder();
        if (v5 && random.nextBoolean()) {
            out.add(Property.PAYLOAD_FORMAT_INDICATOR, random.nextInt(2));
            out.add(Property.MESSAGE_EXPIRY_INTERVAL, random.nextInt() & 0xFFFFFFFFL);
            out.add(Property.CONTENT_TYPE, text());
            out.add(Property.RESPONSE_TOPIC, topic());
            out.add(Property.CORRELATION_DATA, bytes());
            for (int i = random.nextInt(12); i > 0; i--) {
                out.user(text(), text());
            }
        }
        return out.build();
    }

    private Properties subscribeProperties(boolean v5) {
        if (!v5 || random.nextBoolean()) {
            return Properties.NONE;
        }
        return Properties.builder()
                .add(Property.SUBSCRIPTION_IDENTIFIER, 1 + random.nextInt(268_435_455))
                .build();
    }

    private Properties users(boolean v5) {
        return v5 && random.nextBoolean()
                ? Properties.builder().user(text(), text()).build()
                : Properties.NONE;
    }

    private List<Subscribe.Entry> entries(boolean v5) {
        List<Subscribe.Entry> entries = new ArrayList<>();
        for (String filter : filters()) {
            boolean noLocal = v5 && random.nextBoolean();
            boolean asPublished = v5 && random.nextBoolean();
            entries.add(
                    new Subscribe.Entry(filter, random.nextInt(3), noLocal, asPublished, v5 ? random.nextInt(3) : 0));
        }
        return entries;
    }

    private List<String> filters() {
        List<String> filters = new ArrayList<>();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            filters.add(random.nextBoolean() ? "+/" + topic() : random.nextBoolean() ? topic() + "/#" : "#");
        }
        return filters;
    }

    private int packetId() {
        return 1 + random.nextInt(65_535);
    }

    private String topic() {
        StringBuilder topic = new StringBuilder("t");
        for (int i = random.nextInt(5); i > 0; i--) {
            topic.append('/').append(LEVELS[random.nextInt(LEVELS.length)]);
        }
        return topic.toString();
    }

    private String text() {
        return random.nextInt(20) == 0 ? "x".repeat(random.nextInt(400)) : LEVELS[random.nextInt(LEVELS.length)];
    }

    private Bytes bytes() {
        byte[] bytes = new byte[random.nextInt(9)];
        random.nextBytes(bytes);
        return Bytes.of(bytes);
    }

    private Payload payload() {
        byte[] bytes = new byte[random.nextInt(random.nextInt(10) == 0 ? 20_000 : 40)];
        random.nextBytes(bytes);
        return Payload.of(bytes);
    }
}
