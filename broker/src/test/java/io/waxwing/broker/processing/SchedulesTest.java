package io.waxwing.broker.processing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.waxwing.bus.identity.Action;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Schedules on a whole node, over HTTP. */
class SchedulesTest {
    @TempDir
    private Path folder = Path.of("");

    private static String soon(String topic) {
        return "{\"at\":\"" + Instant.now().plusMillis(700) + "\",\"topic\":\"" + topic
                + "\",\"event\":{\"type\":\"com.example.tick\",\"data\":{\"n\":1}}}";
    }

    @Test
    void anEventComesAtItsTimeAndTheNodeSaysSo() throws Exception {
        try (ProcessingNode node = new ProcessingNode(folder).start()) {
            node.watch("out");
            JsonNode put = node.call(201, "PUT", "/v1/schedules/soon", soon("out"));
            assertThat(put.get("state").asText()).isEqualTo("active");
            JsonNode event = node.next("out");
            assertThat(event.get("type").asText()).isEqualTo("com.example.tick");
            assertThat(event.at("/data/n").asInt()).isOne();
            assertThat(event.get("time").asText()).isEqualTo(put.get("next").asText());
            JsonNode shown = node.call(200, "GET", "/v1/schedules/soon", "");
            while (shown.at("/counters/fired").asInt() == 0) { // It is told of its event at about the same time.
                shown = node.call(200, "GET", "/v1/schedules/soon", "");
            }
            assertThat(shown.get("last").asText()).isEqualTo(put.get("next").asText());
            assertThat(shown.get("state").asText()).isEqualTo("ended");
            assertThat(node.metric("waxwing_schedules_times_total{result=\"fired\""))
                    .endsWith(" 1.0");
            JsonNode unused = node.call(
                    201,
                    "PUT",
                    "/v1/schedules/daily",
                    "{\"cron\":\"0 7 * * *\",\"zone\":\"Europe/Berlin\",\"topic\":\"out\"}");
            String next =
                    node.call(200, "GET", "/v1/schedules/daily", "").get("next").asText();
            node.stop();
            node.start();
            assertThat(node.call(200, "GET", "/v1/schedules", "").findValuesAsText("id"))
                    .containsExactly("daily", "soon");
            assertThat(node.call(200, "GET", "/v1/schedules/daily", "")
                            .get("next")
                            .asText())
                    .isEqualTo(next);
            unused = node.call(204, "DELETE", "/v1/schedules/soon", "");
            unused = node.call(404, "GET", "/v1/schedules/soon", "");
            unused = node.call(404, "GET", "/v1/schedules/soon/x", "");
        }
    }

    @Test
    void aSchedulePublishesOnlyWhatItsOwnerMay() throws Exception {
        ProcessingNode node = new ProcessingNode(folder, "schedules.maxPerUser", "1")
                .user("alice", ProcessingNode.may(Action.PUBLISH, "out/#"))
                .user("bob", ProcessingNode.may(Action.PUBLISH, "out/#"));
        try (node) {
            node.start();
            JsonNode unused = node.as("alice", 403, "PUT", "/v1/schedules/s", soon("secret"));
            unused = node.as("", 401, "GET", "/v1/schedules", "");
            unused = node.as("alice", 201, "PUT", "/v1/schedules/s", "{\"cron\":\"0 7 * * *\",\"topic\":\"out/1\"}");
            assertThat(node.as("alice", 429, "PUT", "/v1/schedules/t", soon("out/1"))
                            .get("detail")
                            .asText())
                    .contains("schedules.maxPerUser");
            unused = node.as("bob", 201, "PUT", "/v1/schedules/s", soon("out/1"));
            assertThat(node.as("bob", 200, "GET", "/v1/schedules", "").get("schedules"))
                    .hasSize(1);
            unused = node.as("bob", 404, "GET", "/v1/schedules/s@alice", "");
            assertThat(node.as("operator", 200, "GET", "/v1/schedules/s@alice", "")
                            .get("owner")
                            .asText())
                    .isEqualTo("alice");
            node.access().revoke("alice", ProcessingNode.may(Action.PUBLISH, "out/#"));
            while (node.send("alice", "PUT", "/v1/schedules/s", "{\"cron\":\"0 8 * * *\",\"topic\":\"out/1\"}")
                            .statusCode()
                    != 403) {
                Thread.onSpinWait();
            }
        }
    }
}
