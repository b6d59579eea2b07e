package io.waxwing.http.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.waxwing.http.fake.TestNode;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NodeEndpointsTest {
    private final TestNode node = new TestNode();

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void healthNamesEachCheckAndIs503WhenOneFails() {
        assertThat(node.get("/health/live").statusCode()).isEqualTo(200);
        assertThat(node.get("/health/started").statusCode()).isEqualTo(200);
        node.ready = false;
        HttpResponse<String> ready = node.get("/health/ready");
        assertThat(ready.statusCode()).isEqualTo(503);
        JsonNode check = TestNode.json(ready).get("checks").get(0);
        assertThat(check.get("name").asText()).isEqualTo("store");
        assertThat(check.get("ok").asBoolean()).isFalse();
        assertThat(check.get("detail").asText()).isEqualTo("disk is full");
        assertThat(node.get("/health").statusCode()).isEqualTo(404);
    }

    @Test
    void metricsCountEventsAndRequestsWithBoundedLabels() {
        node.post("/v1/topics/home/boiler/events", "hello");
        node.post("/v1/topics/home/boiler/events?wait=durable", "hello");
        node.post("/v1/topics/home/boiler/events", "{", "content-type", "application/cloudevents+json");
        node.get("/v1/topics/home/boiler");
        HttpResponse<String> metrics = node.get("/metrics");
        assertThat(metrics.headers().firstValue("content-type").orElseThrow()).startsWith("text/plain; version=0.0.4");
        List<String> lines = metrics.body().lines().toList();
        assertThat(lines)
                .contains(
                        "waxwing_events_received_total{protocol=\"http\"} 2.0",
                        "waxwing_events_received_bytes_total{protocol=\"http\"} 10.0",
                        "waxwing_events_rejected_total{protocol=\"http\",reason=\"json\"} 1.0",
                        "waxwing_http_requests_total{method=\"POST\",route=\"topics\",status=\"4xx\"} 1.0");
        assertThat(lines.stream()
                        .filter(line -> line.startsWith("waxwing_connections{"))
                        .toList())
                .hasSize(1)
                .allMatch(line -> line.startsWith("waxwing_connections{protocol=\"http\"} ") && !line.endsWith(" 0.0"));
        assertThat(metrics.body()).doesNotContain("boiler");
    }

    @Test
    void anAddressInUseIsAClearFailure() {
        try (TestNode second = new TestNode()) {
            assertThat(second.address.getPort()).isNotEqualTo(node.address.getPort());
        }
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> node.startAgainOn(node.address.getPort()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("cannot listen on 127.0.0.1:" + node.address.getPort())
                .hasCauseInstanceOf(java.io.IOException.class);
    }
}
