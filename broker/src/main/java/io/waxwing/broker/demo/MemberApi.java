package io.waxwing.broker.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks at members' nodes over HTTP, and publishes there. */
public final class MemberApi {
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final int OK = 200;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();

    /**
     * What a node says of itself.
     *
     * @param answers something answered
     * @param ready it can be given work
     * @param detail what is wrong, or empty
     */
    public record Readiness(boolean answers, boolean ready, String detail) {
        static final Readiness SILENT = new Readiness(false, false, "");
    }

    public Readiness readiness(DemoMember member) {
        HttpResponse<String> answer = get(member, "/health/ready");
        if (answer == null) {
            return Readiness.SILENT;
        }
        List<String> wrong = new ArrayList<>();
        for (JsonNode check : json(answer).path("checks")) {
            if (!check.path("ok").asBoolean()) {
                wrong.add(check.path("name").asText() + ": "
                        + check.path("detail").asText());
            }
        }
        return new Readiness(true, answer.statusCode() == OK, String.join("; ", wrong));
    }

    /**
     * A node's latest checkpoint.
     *
     * @param size of the tree
     * @param root in base64, as the checkpoint has it
     */
    public record Checkpoint(String size, String root) {}

    /** The latest checkpoint, or null if the node does not answer. */
    public @Nullable Checkpoint checkpoint(DemoMember member) {
        HttpResponse<String> answer = get(member, "/ledger/checkpoint");
        List<String> lines = answer == null || answer.statusCode() != OK
                ? List.of()
                : answer.body().lines().toList();
        return lines.size() < 3 ? null : new Checkpoint(lines.get(1), lines.get(2));
    }

    /** The height of the last final block that the node knows, or null if it does not answer. */
    public @Nullable String height(DemoMember member) {
        HttpResponse<String> answer = get(member, "/metrics");
        if (answer == null) {
            return null;
        }
        String name = "waxwing_ledger_height ";
        return answer.body()
                .lines()
                .filter(line -> line.startsWith(name))
                .map(line -> Long.toString((long) Double.parseDouble(line.substring(name.length()))))
                .findFirst()
                .orElse(null);
    }

    /**
     * What became of an event.
     *
     * @param status ordered, durable, or what went wrong
     * @param eventId its name, or null if it is not final
     */
    public record Published(String status, @Nullable String eventId) {
        public boolean isOrdered() {
            return eventId != null;
        }
    }

    /** Publishes JSON and waits at most {@code waitSeconds} for the event to become final. */
    public Published publish(DemoMember member, String topic, String json, int waitSeconds) {
        HttpRequest request = HttpRequest.newBuilder(member.uri("/v1/topics/" + topic.replace("/", "%2F") + "/events"))
                .timeout(PATIENCE.plusSeconds(waitSeconds))
                .header("content-type", "application/json")
                .header("prefer", "wait=" + waitSeconds)
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
        HttpResponse<String> answer = send(request);
        if (answer == null) {
            return new Published("no answer", null);
        }
        JsonNode body = json(answer);
        String status = body.path("status").isTextual()
                ? body.path("status").asText()
                : body.path("code").asText() + " " + body.path("title").asText();
        return new Published(status, body.path("eventId").textValue());
    }

    private @Nullable HttpResponse<String> get(DemoMember member, String path) {
        return send(HttpRequest.newBuilder(member.uri(path)).timeout(PATIENCE).build());
    }

    private @Nullable HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException silent) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private static JsonNode json(HttpResponse<String> answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (IOException notJson) {
            return JSON.createObjectNode();
        }
    }
}
