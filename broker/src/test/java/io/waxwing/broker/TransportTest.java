package io.waxwing.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waxwing.broker.config.ConfigLoader;
import io.waxwing.broker.runtime.EventLoops;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The setting {@code transport}. */
class TransportTest {
    @TempDir
    private Path folder = Path.of("");

    @ParameterizedTest
    @ValueSource(strings = {"auto", "nio", "epoll", "io_uring"})
    @DisplayName("MQTT with QoS 2 and HTTP work over it, and metrics say which one it is")
    void clientsAreServed(String word) throws Exception {
        assumeTrue(isThere(word), "this system has no " + word);
        Broker broker = Broker.start(
                BrokerFolder.of(folder.resolve("data"), null),
                ConfigLoader.load(
                        null,
                        Map.of(),
                        Map.of(
                                "listeners.mqtt.port", "0",
                                "listeners.http.port", "0",
                                "listeners.stomp.port", "0",
                                "transport", word)));
        try {
            Mqtt5BlockingClient client = Mqtt5Client.builder()
                    .serverHost("127.0.0.1")
                    .serverPort(Objects.requireNonNull(broker.listeners().get("mqtt"))
                            .getPort())
                    .buildBlocking();
            client.connect();
            Mqtt5BlockingClient.Mqtt5Publishes events = client.publishes(MqttGlobalPublishFilter.ALL);
            client.subscribeWith().topicFilter("t/#").qos(MqttQos.EXACTLY_ONCE).send();
            byte[] large = new byte[200_000];
            client.publishWith()
                    .topic("t/1")
                    .qos(MqttQos.EXACTLY_ONCE)
                    .payload(large)
                    .send();
            assertThat(events.receive(10, TimeUnit.SECONDS).orElseThrow().getPayloadAsBytes())
                    .isEqualTo(large);
            client.disconnect();
            String used = word.equals("auto") ? "" : "used=\"" + word + "\",";
            assertThat(metrics(broker)).contains("waxwing_transport{" + used).contains("wanted=\"" + word + "\"} 1");
        } finally {
            broker.stop();
        }
    }

    private static boolean isThere(String word) {
        try (EventLoops loops = new EventLoops(word, new SimpleMeterRegistry())) {
            return word.equals("auto") || loops.transport().word().equals(word);
        }
    }

    private static String metrics(Broker broker) throws Exception {
        int port = Objects.requireNonNull(broker.listeners().get("http")).getPort();
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
