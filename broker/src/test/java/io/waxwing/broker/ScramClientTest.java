package io.waxwing.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.datatypes.MqttUtf8String;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientConfig;
import com.hivemq.client.mqtt.mqtt5.auth.Mqtt5EnhancedAuthMechanism;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5Auth;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5AuthBuilder;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5EnhancedAuthBuilder;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5Disconnect;
import com.ongres.scram.client.ScramClient;
import io.waxwing.broker.access.AccessText;
import io.waxwing.broker.config.ConfigLoader;
import io.waxwing.bus.identity.Action;
import io.waxwing.bus.identity.Grant;
import io.waxwing.bus.identity.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole node, and the HiveMQ client with another implementation's SCRAM (mqtt.md A-1 to A-4). */
class ScramClientTest {
    @TempDir
    private Path folder = Path.of("");

    private AccessText access = new AccessText(Path.of(""), new SecureRandom());
    private Broker broker;

    @BeforeEach
    void start() {
        Path file = folder.resolve("access");
        access = new AccessText(file, new SecureRandom());
        access.add("meter", Secret.utf8("correct horse"), new AccessText.Kept(false, 4_096));
        access.grant("meter", new Grant(true, Action.PUBLISH, "meters/%u/#"));
        broker = Broker.start(
                BrokerFolder.of(folder.resolve("data"), null),
                ConfigLoader.load(
                        null,
                        Map.of(),
                        Map.of(
                                "listeners.mqtt.port", "0",
                                "listeners.http.port", "0",
                                "listeners.stomp.port", "0",
                                "topics.default.class", "sealed",
                                "access.file", file.toString(),
                                "access.look", "1h")));
    }

    @AfterEach
    void stop() {
        broker.stop();
    }

    private Mqtt5BlockingClient client(Scram scram) {
        return MqttClient.builder()
                .useMqttVersion5()
                .identifier("m1")
                .serverHost("127.0.0.1")
                .serverPort(
                        Objects.requireNonNull(broker.listeners().get("mqtt")).getPort())
                .enhancedAuth(scram)
                .buildBlocking();
    }

    @Test
    @DisplayName("The client comes in by SCRAM, knows the server by its signature, publishes, and shows anew who it is")
    void theClientComesIn() {
        Scram scram = new Scram("correct horse");
        Mqtt5BlockingClient client = client(scram);
        client.connect();
        client.publishWith().topic("meters/meter/1").qos(MqttQos.AT_LEAST_ONCE).send();
        assertThatThrownBy(() -> client.publishWith()
                        .topic("meters/other")
                        .qos(MqttQos.AT_LEAST_ONCE)
                        .send())
                .isInstanceOf(Mqtt5PubAckException.class);
        client.reauth();
        client.publishWith().topic("meters/meter/2").qos(MqttQos.AT_LEAST_ONCE).send();
        assertThat(scram.verified).isEqualTo(2);
        client.disconnect();
    }

    @Test
    @DisplayName("A wrong password is told 0x86, and a method that is not there 0x8C")
    void whoeverIsWrongIsTold() {
        assertThat(refused(new Scram("battery staple"))).isEqualTo(Mqtt5ConnAckReasonCode.BAD_USER_NAME_OR_PASSWORD);
        Scram other = new Scram("correct horse") {
            @Override
            public MqttUtf8String getMethod() {
                return MqttUtf8String.of("SCRAM-SHA-256-PLUS");
            }
        };
        assertThat(refused(other)).isEqualTo(Mqtt5ConnAckReasonCode.BAD_AUTHENTICATION_METHOD);
    }

    private Mqtt5ConnAckReasonCode refused(Scram scram) {
        try {
            client(scram).connect();
            throw new AssertionError("let in");
        } catch (Mqtt5ConnAckException e) {
            return e.getMqttMessage().getReasonCode();
        }
    }

    /** The client's side: the other implementation's messages in HiveMQ's hands. */
    private static class Scram implements Mqtt5EnhancedAuthMechanism {
        private final String password;
        private final AtomicReference<ScramClient> running = new AtomicReference<>();
        private volatile int verified;

        Scram(String password) {
            this.password = password;
        }

        private String begin() {
            ScramClient client = ScramClient.builder()
                    .advertisedMechanisms(List.of("SCRAM-SHA-256"))
                    .username("meter")
                    .password(password.toCharArray())
                    .build();
            running.set(client);
            return client.clientFirstMessage().toString();
        }

        private String finish(Mqtt5Auth auth) {
            try {
                running.get().serverFirstMessage(text(auth.getData().orElseThrow()));
                return running.get().clientFinalMessage().toString();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }

        private boolean isServer(ByteBuffer data) {
            try {
                running.get().serverFinalMessage(text(data));
                verified++;
                return true;
            } catch (Exception e) {
                return false;
            }
        }

        private static String text(ByteBuffer data) {
            return StandardCharsets.UTF_8.decode(data).toString();
        }

        @Override
        public MqttUtf8String getMethod() {
            return MqttUtf8String.of("SCRAM-SHA-256");
        }

        @Override
        public int getTimeout() {
            return 10;
        }

        @Override
        public CompletableFuture<Void> onAuth(
                Mqtt5ClientConfig config, Mqtt5Connect connect, Mqtt5EnhancedAuthBuilder out) {
            out.data(begin().getBytes(StandardCharsets.UTF_8));
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletableFuture<Void> onReAuth(Mqtt5ClientConfig config, Mqtt5AuthBuilder out) {
            out.data(begin().getBytes(StandardCharsets.UTF_8));
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletableFuture<Boolean> onContinue(Mqtt5ClientConfig config, Mqtt5Auth auth, Mqtt5AuthBuilder out) {
            out.data(finish(auth).getBytes(StandardCharsets.UTF_8));
            return CompletableFuture.completedFuture(true);
        }

        @Override
        public CompletableFuture<Boolean> onAuthSuccess(Mqtt5ClientConfig config, Mqtt5ConnAck connAck) {
            ByteBuffer last = connAck.getEnhancedAuth().orElseThrow().getData().orElseThrow();
            return CompletableFuture.completedFuture(isServer(last));
        }

        @Override
        public CompletableFuture<Boolean> onReAuthSuccess(Mqtt5ClientConfig config, Mqtt5Auth auth) {
            return CompletableFuture.completedFuture(isServer(auth.getData().orElseThrow()));
        }

        @Override
        public void onAuthRejected(Mqtt5ClientConfig config, Mqtt5ConnAck connAck) {}

        @Override
        public void onReAuthRejected(Mqtt5ClientConfig config, Mqtt5Disconnect disconnect) {}

        @Override
        public void onAuthError(Mqtt5ClientConfig config, Throwable cause) {}

        @Override
        public void onReAuthError(Mqtt5ClientConfig config, Throwable cause) {}
    }
}
