package io.waxwing.broker.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A subscriber over server-sent events that resumes after the last event it has seen, as a browser does. */
final class CursorReader {
    private final String filter;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<String> eventIds = new CopyOnWriteArrayList<>();
    private @Nullable CompletableFuture<Void> reading;

    CursorReader(String filter) {
        this.filter = filter;
    }

    void connect(NodeProcess node) {
        String encoded = URLEncoder.encode(filter, StandardCharsets.UTF_8);
        HttpRequest.Builder request = HttpRequest.newBuilder(node.http("/v1/events?from=first&filter=" + encoded))
                .header("accept", "text/event-stream");
        if (!eventIds.isEmpty()) {
            request.header("last-event-id", eventIds.get(eventIds.size() - 1));
        }
        CompletableFuture<HttpResponse<Stream<String>>> answer =
                http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofLines());
        reading = answer.thenAccept(response -> {
            if (response.statusCode() != 200) {
                throw new UncheckedIOException(new IOException("status " + response.statusCode()));
            }
            response.body()
                    .filter(line -> line.startsWith("id:"))
                    .forEach(line -> eventIds.add(line.substring(3).strip()));
        });
    }

    /** Waits for the end of the stream that the killed node leaves behind. */
    void disconnected() {
        CompletableFuture<Void> ending = Objects.requireNonNull(reading);
        // However it ended, what counts is what was read before; a refused resume shows as missing events.
        ending.handle((done, failure) -> true).orTimeout(10, TimeUnit.SECONDS).join();
    }

    void awaitLast(String eventId) {
        Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> eventIds.contains(eventId));
    }

    List<String> eventIds() {
        return eventIds;
    }
}
