package io.waxwing.broker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waxwing.ledger.file.FileLayout;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.function.Function;

/** Uploads and reads files over HTTP, a request at a time; {@code at} gives the address of a path. */
final class FileClient {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = HttpClient.newHttpClient();
    private final Function<String, URI> at;

    FileClient(Function<String, URI> at) {
        this.at = at;
    }

    HttpResponse<byte[]> send(String method, String path, byte[] body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(at.apply(path)).method(method, HttpRequest.BodyPublishers.ofByteArray(body));
        return client.send(
                (headers.length == 0 ? request : request.headers(headers)).build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    JsonNode json(String method, String path, byte[] body) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = send(method, path, body, "prefer", "wait=60");
        if (answer.statusCode() / 100 != 2) {
            throw new AssertionError(
                    method + " " + path + ": " + answer.statusCode() + " " + new String(answer.body()));
        }
        return JSON.readTree(answer.body());
    }

    /** Makes an upload in chunks of 64 KiB; gives its id. */
    String open(String topic, String name, long size) throws IOException, InterruptedException {
        String wish = JSON.createObjectNode()
                .put("topic", topic)
                .put("name", name)
                .put("size", size)
                .put("chunkSize", 65_536)
                .toString();
        return json("POST", "/v1/files", wish.getBytes()).path("file").asText();
    }

    int put(String id, int chunk, byte[] content) throws IOException, InterruptedException {
        FileLayout layout = new FileLayout(content.length, 65_536);
        int from = (int) layout.offsetOf(chunk);
        byte[] bytes = Arrays.copyOfRange(content, from, from + layout.lengthOf(chunk));
        return send("PUT", "/v1/files/" + id + "/chunks/" + chunk, bytes).statusCode();
    }

    /** Publishes; gives the eventId. */
    String publish(String id) throws IOException, InterruptedException {
        return json("POST", "/v1/files/" + id + ":publish", new byte[0])
                .path("eventId")
                .asText();
    }

    /** The whole way. */
    String upload(String topic, String name, byte[] content) throws IOException, InterruptedException {
        String id = open(topic, name, content.length);
        for (int chunk = 0; chunk < new FileLayout(content.length, 65_536).chunks(); chunk++) {
            if (put(id, chunk, content) != 204) {
                throw new AssertionError("chunk " + chunk + " is not taken");
            }
        }
        return publish(id);
    }

    HttpResponse<byte[]> content(String eventId, String... headers) throws IOException, InterruptedException {
        return send("GET", "/v1/files/" + eventId + "/content", new byte[0], headers);
    }
}
