package io.waxwing.broker.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.broker.Broker;
import io.waxwing.broker.BrokerFolder;
import io.waxwing.broker.admin.DataCheck;
import io.waxwing.broker.config.BrokerConfig;
import io.waxwing.broker.config.ConfigLoader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A flipped bit is found, named. */
class TamperingTest {
    private static final BrokerConfig CONFIG = ConfigLoader.load(
            null,
            Map.of(),
            Map.of("listeners.mqtt.port", "0", "listeners.http.port", "0", "listeners.stomp.port", "0"));

    @TempDir
    private Path folder = Path.of("");

    private BrokerFolder data() {
        return BrokerFolder.of(folder.resolve("data"), null);
    }

    /** Publishes and returns the location of the last event. */
    private String published(String... payloads) throws Exception {
        Broker broker = Broker.start(data(), CONFIG);
        try {
            int port = Objects.requireNonNull(broker.listeners().get("http")).getPort();
            URI uri = URI.create("http://127.0.0.1:" + port + "/v1/topics/home%2Fboiler/events");
            String location = "";
            for (String payload : payloads) {
                HttpRequest request = HttpRequest.newBuilder(uri)
                        .POST(HttpRequest.BodyPublishers.ofString(payload))
                        .build();
                location = HttpClient.newHttpClient()
                        .send(request, HttpResponse.BodyHandlers.discarding())
                        .headers()
                        .firstValue("location")
                        .orElseThrow();
            }
            return location;
        } finally {
            broker.stop();
        }
    }

    private Tampering.Done flip(Tampering.Target target) {
        try (Tampering tampering = new Tampering(data().database())) {
            return tampering.flip(target);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PAYLOAD, its content is not what was committed to",
        "LEAF, do not give its root",
        "TILE, but its tile 0/000 has"
    })
    void theCheckOfTheDataNamesWhatWasFlipped(Tampering.Target target, String finding) throws Exception {
        String location = published("{\"n\":1}", "{\"n\":2}");
        assertThat(DataCheck.run(data()).damaged()).isFalse();
        Tampering.Done done = flip(target);
        assertThat(location).endsWith("/" + done.eventId());
        DataCheck.Report report = DataCheck.run(data());
        assertThat(report.damaged()).isTrue();
        assertThat(String.join("\n", report.lines())).contains(finding);
    }

    @Test
    void whereNothingIsStoredNothingIsChanged() throws Exception {
        assertThatThrownBy(() -> flip(Tampering.Target.LEAF)).hasMessageContaining("WXW-3185");
        assertThat(data().data()).doesNotExist();
        published();
        assertThatThrownBy(() -> flip(Tampering.Target.LEAF)).hasMessageContaining("WXW-3185");
        published("");
        assertThatThrownBy(() -> flip(Tampering.Target.PAYLOAD)).hasMessageContaining("WXW-3185");
    }
}
