package io.waxwing.mqtt.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import io.netty.util.ReferenceCountUtil;
import io.waxwing.mqtt.packet.MqttPacket;
import io.waxwing.mqtt.packet.MqttVersion;
import io.waxwing.mqtt.packet.PubAck;
import io.waxwing.mqtt.packet.Publish;
import io.waxwing.mqtt.packet.Subscribe;
import io.waxwing.mqtt.packet.Unsubscribe;
import io.waxwing.mqtt.packet.UserProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What we accept, Netty's decoder must accept too and understand alike. (What only Netty accepts is listed in mqtt.md.)
 */
class NettyDifferentialTest {
    private static final int MUTANTS = 5_000;

    private final long seed = RandomPackets.seed();
    private final Random random = new Random(seed);
    private final RandomPackets packets = new RandomPackets(random);

    @Test
    void acceptedPacketsMeanTheSameToNetty() {
        int compared = 0;
        for (int i = 0; i < MUTANTS; i++) {
            MqttVersion version = random.nextBoolean() ? MqttVersion.V5 : MqttVersion.V3_1_1;
            byte[] bytes = Codec.write(packets.next(version), version);
            byte[] sent = i % 2 == 0 ? bytes : Mutations.mutate(bytes, random);
            Codec.Outcome ours = Codec.decode(CodecLimits.DEFAULT, Codec.connect(version), sent);
            if (ours.fault() != null || ours.packets().size() < 2) {
                continue;
            }
            String what = "seed " + seed + " mutant " + i + " " + Hex.text(sent);
            compared += compare(ours.packets().get(1), netty(Codec.connect(version), sent), what) ? 1 : 0;
        }
        assertThat(compared).as("seed %s", seed).isGreaterThan(MUTANTS / 4);
    }

    private static List<Object> netty(byte[] connect, byte[] bytes) {
        EmbeddedChannel channel = new EmbeddedChannel(new MqttDecoder(1 << 20));
        channel.writeInbound((Object) Unpooled.copiedBuffer(connect), (Object) Unpooled.copiedBuffer(bytes));
        List<Object> messages = new ArrayList<>();
        for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
            messages.add(message);
        }
        channel.finishAndReleaseAll();
        return messages;
    }

    private static boolean compare(MqttPacket ours, List<Object> all, String what) {
        try {
            assertThat(all.size()).as(what).isGreaterThanOrEqualTo(2);
            MqttMessage theirs = (MqttMessage) all.get(1);
            if (ours.properties().entries().size() > 0 && isKnownPropertyBug(ours)) {
                return false;
            }
            assertThat(theirs.decoderResult().isSuccess()).as(what).isTrue();
            assertThat(theirs.fixedHeader().messageType().value())
                    .as(what)
                    .isEqualTo(ours.type().code());
            compareFields(ours, theirs, what);
            return true;
        } finally {
            all.forEach(ReferenceCountUtil::release);
        }
    }

    /** Blocks of 128 bytes and more lose properties in Netty up to 4.2.18 (netty 17105, 17339). */
    private static boolean isKnownPropertyBug(MqttPacket ours) {
        return io.waxwing.mqtt.packet.PacketSize.propertiesLength(ours.properties()) >= 128;
    }

    private static void compareFields(MqttPacket ours, MqttMessage theirs, String what) {
        if (ours instanceof Publish publish) {
            MqttPublishMessage message = (MqttPublishMessage) theirs;
            assertThat(message.variableHeader().topicName()).as(what).isEqualTo(publish.topic());
            assertThat(message.fixedHeader().qosLevel().value()).as(what).isEqualTo(publish.qos());
            assertThat(message.fixedHeader().isRetain()).as(what).isEqualTo(publish.retain());
            assertThat(ByteBufUtil.getBytes(message.payload()))
                    .as(what)
                    .isEqualTo(publish.payload().bytes());
            assertThat(users(message.variableHeader().properties()))
                    .as(what)
                    .isEqualTo(publish.properties().userProperties());
        } else if (ours instanceof Subscribe subscribe) {
            MqttSubscribeMessage message = (MqttSubscribeMessage) theirs;
            assertThat(message.payload().topicSubscriptions()).as(what).hasSameSizeAs(subscribe.entries());
            for (int i = 0; i < subscribe.entries().size(); i++) {
                assertThat(message.payload().topicSubscriptions().get(i).topicFilter())
                        .as(what)
                        .isEqualTo(subscribe.entries().get(i).filter());
            }
        } else if (ours instanceof Unsubscribe unsubscribe) {
            assertThat(((MqttUnsubscribeMessage) theirs).payload().topics())
                    .as(what)
                    .isEqualTo(unsubscribe.filters());
        } else if (ours instanceof PubAck ack) {
            int id = ((MqttMessageIdVariableHeader) theirs.variableHeader()).messageId();
            assertThat(id).as(what).isEqualTo(ack.packetId());
        }
    }

    private static List<UserProperty> users(MqttProperties properties) {
        List<UserProperty> users = new ArrayList<>();
        for (MqttProperties.MqttProperty<?> property : properties.listAll()) {
            if (property instanceof MqttProperties.UserProperties all) {
                all.value().forEach(pair -> users.add(new UserProperty(pair.key, pair.value)));
            }
        }
        return users;
    }
}
