package io.waxwing.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.waxwing.broker.config.ConfigLoader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an event was made of, and is not there any more, is in no file either when the event is erased. */
class ErasedSourcesTest {
    private final HttpClient http = HttpClient.newHttpClient();
    private final Marker marker = Marker.random();

    @TempDir
    private Path folder = Path.of("");

    private Broker start() {
        Map<String, String> settings =
                Map.of("listeners.mqtt.port", "0", "listeners.http.port", "0", "listeners.stomp.port", "0");
        return Broker.start(BrokerFolder.of(folder.resolve("data"), null), ConfigLoader.load(null, Map.of(), settings));
    }

    private HttpResponse<String> send(Broker node, String method, String path, String body) throws Exception {
        int port = Objects.requireNonNull(node.listeners().get("http")).getPort();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("prefer", "wait=30")
                .header("content-type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private String scheduled(Broker node) throws Exception {
        String body =
                send(node, "GET", "/v1/topics/visits/events?from=first", "").body();
        return new ObjectMapper().readTree(body).at("/events/0/wxweventid").asText();
    }

    @Test
    void aScheduleThatWasRemovedIsInNoFileWhenWhatItPublishedIsErased() throws Exception {
        Broker node = start();
        String event;
        try {
            String soon = "{\"at\":\"" + Instant.now().plusMillis(500) + "\",\"topic\":\"visits\",\"event\":"
                    + "{\"type\":\"visit\",\"data\":{\"patient\":\"" + marker.text() + "\"}}}";
            assertThat(send(node, "PUT", "/v1/schedules/visit", soon).statusCode())
                    .isEqualTo(201);
            event = Awaitility.await().until(() -> scheduled(node), id -> !id.isEmpty());
        } finally {
            node.stop();
        }
        // The start writes what the logs have into files.
        Broker again = start();
        try {
            assertThat(send(again, "DELETE", "/v1/schedules/visit", "").statusCode())
                    .isEqualTo(204);
            assertThat(send(again, "DELETE", "/v1/events/" + event + "?reason=test", "")
                            .statusCode())
                    .isEqualTo(200);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> again.metrics().scrape().contains("waxwing_erasure_events_total 1.0"));
            assertThat(marker.files(folder)).as("%s", marker).isEmpty();
        } finally {
            again.stop();
        }
    }
}
