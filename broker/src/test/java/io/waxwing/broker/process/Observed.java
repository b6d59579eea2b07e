package io.waxwing.broker.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waxwing.ledger.sign.JdkSignatureCheck;
import io.waxwing.ledger.verify.ReceiptReport;
import io.waxwing.ledger.verify.ReceiptVerifier;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** Everything a node gives back for a filter, in its order. */
final class Observed {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, String> payloadByEventId = new LinkedHashMap<>();
    private final List<String> payloads = new ArrayList<>();
    private final Map<String, Long> lastTopicSeq = new HashMap<>();
    private final List<String> gaps = new ArrayList<>();

    /** Reads a stream from the first event until nothing more comes. */
    static Observed readAll(NodeProcess node, String filter) throws IOException, InterruptedException {
        Observed observed = new Observed();
        JsonNode topics = JSON.readTree(get(node, "/v1/topics?limit=1000").body());
        List<JsonNode> events = new ArrayList<>();
        for (JsonNode topic : topics.get("topics")) {
            String name = topic.get("name").asText();
            if (name.startsWith(filter.replace("#", ""))) {
                readTopic(node, topic.get("events").asText(), events);
            }
        }
        // Topics are read one by one, so the common order is the ledger's: height, then the order within the block.
        observed.addAll(events);
        return observed;
    }

    private static void readTopic(NodeProcess node, String path, List<JsonNode> events)
            throws IOException, InterruptedException {
        String next = path + "?from=first&limit=1000";
        while (!next.isEmpty()) {
            HttpResponse<String> page = get(node, next);
            JsonNode body = JSON.readTree(page.body());
            body.get("events").forEach(events::add);
            next = page.headers()
                    .firstValue("link")
                    .map(link -> link.substring(link.indexOf('<') + 1, link.indexOf('>')))
                    .orElse("");
            if (body.get("events").isEmpty()) {
                next = "";
            }
        }
    }

    private void addAll(List<JsonNode> events) {
        for (JsonNode event : events) {
            String eventId = event.get("wxweventid").asText();
            String payload = event.has("data")
                    ? event.get("data").asText()
                    : new String(
                            Base64.getDecoder().decode(event.get("data_base64").asText()), StandardCharsets.UTF_8);
            payloadByEventId.put(eventId, payload);
            payloads.add(payload);
            String[] parts = eventId.split("-", -1);
            long topicSeq = Long.parseLong(parts[1]);
            long last = lastTopicSeq.getOrDefault(parts[0], 0L);
            if (topicSeq != last + 1) {
                gaps.add(eventId + " after " + last);
            }
            lastTopicSeq.put(parts[0], topicSeq);
        }
    }

    static HttpResponse<String> get(NodeProcess node, String path) throws IOException, InterruptedException {
        HttpResponse<String> response = HTTP.send(
                HttpRequest.newBuilder(node.http(path))
                        .header("accept", "application/json")
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(path + ": " + response.body()).isEqualTo(200);
        return response;
    }

    void assertTopicSeqsGapless(long seed) {
        assertThat(gaps).as("seed %d: topicSeqs are 1, 2, 3 ...", seed).isEmpty();
    }

    void assertReceiptsVerify(NodeProcess node, Path trustFile) throws IOException, InterruptedException {
        ReceiptVerifier verifier = new ReceiptVerifier(Files.readAllBytes(trustFile), new JdkSignatureCheck());
        for (String eventId : payloadByEventId.keySet()) {
            ReceiptReport report = verifier.verify(receipt(node, eventId), null);
            assertThat(report.verified()).as(eventId + ": " + report).isTrue();
        }
    }

    private static byte[] receipt(NodeProcess node, String eventId) {
        HttpRequest request = HttpRequest.newBuilder(node.http("/v1/events/" + eventId + "/receipt"))
                .build();
        // Almost always it is there at once; the first look must not cost the pause between two looks.
        return Awaitility.await("receipt of " + eventId)
                .pollDelay(0, TimeUnit.MILLISECONDS)
                .pollInterval(20, TimeUnit.MILLISECONDS)
                .pollInSameThread()
                .until(() -> HTTP.send(request, HttpResponse.BodyHandlers.ofByteArray()), answer -> {
                    assertThat(answer.statusCode())
                            .as(() -> eventId + ": " + new String(answer.body(), StandardCharsets.UTF_8))
                            .isIn(200, 503);
                    return answer.statusCode() == 200;
                })
                .body();
    }

    List<String> payloads() {
        return payloads;
    }

    List<String> eventIds() {
        return new ArrayList<>(payloadByEventId.keySet());
    }

    String payloadOf(String eventId) {
        return payloadByEventId.getOrDefault(eventId, "absent");
    }

    String lastEventId() {
        return eventIds().get(eventIds().size() - 1);
    }
}
