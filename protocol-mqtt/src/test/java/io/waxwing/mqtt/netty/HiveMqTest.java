package io.waxwing.mqtt.netty;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.suback.Mqtt5SubAckReasonCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The HiveMQ client, MQTT 5: strict about what a server may send. */
class HiveMqTest {
    private static final int EVENTS = 100;

    private final TestServer server = new TestServer();
    private final List<Mqtt5BlockingClient> clients = new ArrayList<>();

    @AfterEach
    void stop() {
        clients.stream().filter(client -> client.getState().isConnected()).forEach(Mqtt5BlockingClient::disconnect);
        server.close();
    }

    @ParameterizedTest
    @EnumSource(MqttQos.class)
    @DisplayName("P-3, P-4, D-1, D-7: every event arrives once and in order")
    void eventsArriveOnceAndInOrder(MqttQos qos) throws Exception {
        Mqtt5BlockingClient subscriber = client("sub");
        subscriber.connect();
        try (Mqtt5BlockingClient.Mqtt5Publishes got = subscriber.publishes(MqttGlobalPublishFilter.ALL)) {
            subscriber.subscribeWith().topicFilter("t/+").qos(qos).send();
            Mqtt5BlockingClient publisher = client("pub");
            publisher.connect();
            for (int i = 0; i < EVENTS; i++) {
                publisher
                        .publishWith()
                        .topic("t/a")
                        .qos(qos)
                        .payload(bytes("e" + i))
                        .send();
            }
            for (int i = 0; i < EVENTS; i++) {
                Mqtt5Publish next = got.receive(10, TimeUnit.SECONDS).orElseThrow();
                assertThat(new String(next.getPayloadAsBytes(), StandardCharsets.UTF_8))
                        .isEqualTo("e" + i);
                assertThat(next.getQos()).isEqualTo(qos);
            }
        }
        assertThat(server.bus.taken).hasSize(EVENTS);
    }

    @Test
    @DisplayName("C-6, C-11: CONNACK announces the identifier given and the server's limits")
    void connAckAnnouncesWhatHolds() {
        Mqtt5BlockingClient client = client("");
        Mqtt5ConnAck ack = client.connectWith()
                .sessionExpiryInterval(1_000_000)
                .keepAlive(2_000)
                .send();
        assertThat(ack.getAssignedClientIdentifier()).isPresent();
        assertThat(ack.getSessionExpiryInterval()).hasValue(7 * 24 * 3_600);
        assertThat(ack.getServerKeepAlive()).hasValue(1_200);
        assertThat(ack.getRestrictions().getReceiveMaximum()).isEqualTo(256);
        assertThat(ack.getRestrictions().getMaximumPacketSize()).isEqualTo(1 << 20);
        assertThat(ack.getRestrictions().isSharedSubscriptionAvailable()).isTrue();
        assertThat(ack.getRestrictions().getTopicAliasMaximum()).isZero();
    }

    @Test
    @DisplayName("B-4, B-7: codes per filter, and the subscription identifier's effect")
    void subscriptionsAreAnsweredOneByOne() {
        Mqtt5BlockingClient client = client("c");
        client.connect();
        List<Mqtt5SubAckReasonCode> codes = client.subscribeWith()
                .addSubscription()
                .topicFilter("a/#")
                .qos(MqttQos.AT_LEAST_ONCE)
                .applySubscription()
                .addSubscription()
                .topicFilter("+/b")
                .qos(MqttQos.EXACTLY_ONCE)
                .applySubscription()
                .send()
                .getReasonCodes();
        assertThat(codes).containsExactly(Mqtt5SubAckReasonCode.GRANTED_QOS_1, Mqtt5SubAckReasonCode.GRANTED_QOS_2);
    }

    @Test
    @DisplayName("R-2: a retained value with its properties; W-2: a will with its properties")
    void retainedWillComesWithItsProperties() throws Exception {
        Mqtt5BlockingClient lost = client("lost");
        lost.connectWith()
                .willPublish()
                .topic("state/lost")
                .payload(bytes("offline"))
                .qos(MqttQos.AT_LEAST_ONCE)
                .retain(true)
                .contentType("text/plain")
                .delayInterval(0)
                .applyWillPublish()
                .send();
        try (ScriptedPeer other = ScriptedPeer.connected(server.address, "CONNECT v5 clean client=lost")) {
            TestServer.eventually("will", () -> !server.bus.taken.isEmpty());
            other.send("DISCONNECT");
        }
        Mqtt5BlockingClient subscriber = client("sub");
        subscriber.connect();
        try (Mqtt5BlockingClient.Mqtt5Publishes got = subscriber.publishes(MqttGlobalPublishFilter.ALL)) {
            subscriber.subscribeWith().topicFilter("state/#").send();
            Mqtt5Publish will = got.receive(10, TimeUnit.SECONDS).orElseThrow();
            assertThat(will.isRetain()).isTrue();
            assertThat(will.getContentType()).hasToString("Optional[text/plain]");
        }
    }

    private Mqtt5BlockingClient client(String clientId) {
        var builder = MqttClient.builder()
                .serverHost("127.0.0.1")
                .serverPort(server.address.getPort())
                .useMqttVersion5();
        Mqtt5BlockingClient client = (clientId.isEmpty() ? builder : builder.identifier(clientId)).buildBlocking();
        clients.add(client);
        return client;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
