package io.waxwing.broker.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.paho.client.mqttv3.IMqttActionListener;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.jspecify.annotations.Nullable;

/**
 * Publishers over MQTT (QoS 1, four topics, never repeated) and over HTTP (repeated under the same key until answered),
 * each event with a payload of its own; remembers what was acknowledged.
 */
final class Load {
    private static final int WINDOW = 16;

    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final Map<String, String> eventIds = new ConcurrentHashMap<>();
    private final Queue<String> unanswered = new ConcurrentLinkedQueue<>();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private @Nullable MqttAsyncClient mqtt;
    private @Nullable CompletableFuture<Void> httpLoop;
    private AtomicBoolean running = new AtomicBoolean();

    /** Publishes for about that long after the first acknowledgement; keeps going while the caller kills the node. */
    void run(NodeProcess node, int round, long milliseconds) throws MqttException, InterruptedException {
        running = new AtomicBoolean(true);
        AtomicBoolean on = running;
        httpLoop = CompletableFuture.runAsync(() -> publishOverHttp(node, round, on));
        MqttAsyncClient client = new MqttAsyncClient(node.mqttUri(), "load-" + round, new MemoryPersistence());
        mqtt = client;
        MqttConnectOptions options = new MqttConnectOptions();
        options.setMaxInflight(WINDOW + 1);
        client.connect(options).waitForCompletion(10_000);
        Semaphore window = new Semaphore(WINDOW);
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(milliseconds);
        for (int i = 0; System.nanoTime() - end < 0; i++) {
            if (!window.tryAcquire(5, TimeUnit.MILLISECONDS)) {
                continue;
            }
            String payload = "m-" + round + "-" + i;
            client.publish(
                    "load/m" + i % 4,
                    payload.getBytes(StandardCharsets.UTF_8),
                    1,
                    false,
                    null,
                    new OnAck(payload, window));
        }
    }

    private final class OnAck implements IMqttActionListener {
        private final String payload;
        private final Semaphore window;

        OnAck(String payload, Semaphore window) {
            this.payload = payload;
            this.window = window;
        }

        @Override
        public void onSuccess(IMqttToken token) {
            acknowledged.add(payload);
            window.release();
        }

        @Override
        public void onFailure(IMqttToken token, Throwable cause) {
            window.release();
        }
    }

    private void publishOverHttp(NodeProcess node, int round, AtomicBoolean on) {
        for (String again = unanswered.poll(); again != null && on.get(); again = unanswered.poll()) {
            post(node, again);
        }
        for (int i = 0; on.get(); i++) {
            post(node, "h-" + round + "-" + i);
        }
    }

    private void post(NodeProcess node, String payload) {
        HttpRequest request = HttpRequest.newBuilder(node.http("/v1/topics/load/http/events"))
                .header("content-type", "text/plain")
                .header("idempotency-key", "\"" + payload + "\"")
                .POST(HttpRequest.BodyPublishers.ofString(payload))
                .build();
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() == 201 || response.statusCode() == 200) {
                JsonNode answer = new ObjectMapper().readTree(response.body());
                acknowledged.add(payload);
                eventIds.put(answer.get("eventId").asText(), payload);
                return;
            }
        } catch (IOException killed) {
            // The node went away under the request: nobody knows whether it was taken, so it is sent again.
            unanswered.add(payload);
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        unanswered.add(payload);
    }

    /** The node is gone: publishers give up. */
    void ended() throws MqttException {
        running.set(false);
        if (httpLoop != null) {
            httpLoop.join();
        }
        if (mqtt != null) {
            mqtt.disconnectForcibly(0, 0, false);
            mqtt.close(true);
        }
    }

    /** Sends once more what was never answered. */
    void retryUnacknowledged(NodeProcess node) {
        for (String again = unanswered.poll(); again != null; again = unanswered.poll()) {
            post(node, again);
        }
    }

    Set<String> acknowledged() {
        return acknowledged;
    }

    /** Every eventId that was told, with its payload. */
    Map<String, String> eventIds() {
        return new LinkedHashMap<>(eventIds);
    }
}
