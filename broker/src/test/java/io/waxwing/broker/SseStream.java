package io.waxwing.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A stream of events, read by a thread of its own. */
final class SseStream implements AutoCloseable {
    record Sse(String id, String event, JsonNode data) {
        /** The event's text, with what is special about it. */
        String shown() {
            if (event.equals("gap")) {
                return (data.path("void").asBoolean() ? "void #" : "gap #")
                        + data.path("topicSeq").asText();
            }
            return (data.path("wxwlate").asBoolean() ? "late " : "")
                    + data.path("data").asText();
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private final InputStream body;
    private final BlockingQueue<Sse> events = new LinkedBlockingQueue<>();

    SseStream(FourNodes four, String name, String path, String lastEventId) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(four.at(name, path)).header("accept", "text/event-stream");
        if (!lastEventId.isEmpty()) {
            request.header("last-event-id", lastEventId);
        }
        HttpResponse<InputStream> answer =
                HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        body = answer.body();
        assertThat(answer.statusCode()).isEqualTo(200);
        Thread reader = new Thread(this::read, "sse");
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        String id = "";
        String event = "";
        try (BufferedReader in = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("event: ")) {
                    event = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    events.add(new Sse(id, event, JSON.readTree(line.substring(6))));
                    id = "";
                    event = "";
                }
            }
        } catch (IOException closed) {
            events.add(new Sse("", "closed", JSON.createObjectNode()));
        }
    }

    Sse next() throws InterruptedException {
        Sse next = events.poll(60, TimeUnit.SECONDS);
        assertThat(next).as("an event of the stream").isNotNull();
        return next;
    }

    String nextShown() throws InterruptedException {
        return next().shown();
    }

    /** Nothing came that was not taken. */
    boolean isIdle() {
        return events.isEmpty();
    }

    @Override
    public void close() throws IOException {
        body.close();
    }
}
