package io.waxwing.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "pub", description = "Publishes events and shows their eventIds.", mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields before call().
final class PubCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerOptions server;

    @Parameters(paramLabel = "TOPIC", description = "For example home/boiler")
    private String topic;

    @Option(names = "-d", paramLabel = "DATA", description = "The payload as text")
    private @Nullable String data;

    @Option(names = "-f", paramLabel = "FILE", description = "The payload from a file; - is standard input")
    private @Nullable String file;

    @Option(names = "--content-type", paramLabel = "TYPE", description = "Default: found out from the data")
    private @Nullable String contentType;

    @Option(names = "--type", paramLabel = "TYPE", description = "The event's CloudEvents type")
    private @Nullable String type;

    @Option(names = "--id", paramLabel = "ID", description = "The event's id; the same id is kept once")
    private @Nullable String id;

    @Option(
            names = "--wait",
            paramLabel = "durable|ordered",
            description = "What to wait for. Default: what the topic's policy says")
    private @Nullable String wait;

    @Option(names = "--count", paramLabel = "N", defaultValue = "1", description = "How many. Default: 1")
    private int count;

    @Option(
            names = "--rate",
            paramLabel = "R",
            defaultValue = "0",
            description = "Events per second. Default: no limit")
    private double rate;

    @Option(names = "-o", paramLabel = "table|json", defaultValue = "TABLE", description = "Output format")
    private OutputFormat format;

    @Override
    public Integer call() {
        byte[] payload = payload();
        Api api = server.api();
        Screen screen = new Screen(spec);
        long gapNanos = rate > 0 ? (long) (1_000_000_000 / rate) : 0;
        long nextNanos = System.nanoTime();
        int exitCode = ExitCodes.OK;
        for (int i = 0; i < count; i++) {
            exitCode = Math.max(exitCode, publish(api, screen, payload, count == 1 ? id : numbered(i)));
            nextNanos += gapNanos;
            LockSupport.parkNanos(Math.max(0, nextNanos - System.nanoTime()));
        }
        return exitCode;
    }

    private @Nullable String numbered(int i) {
        return id == null ? null : id + "-" + i;
    }

    private int publish(Api api, Screen screen, byte[] payload, @Nullable String eventId) {
        String path = "/v1/topics/" + Api.encode(topic) + "/events" + (wait == null ? "" : "?wait=" + Api.encode(wait));
        Api.Answer answer = api.send("POST", path, BodyPublishers.ofByteArray(payload), headers(payload, eventId));
        JsonNode json = answer.json();
        boolean ordered = json.has("eventId");
        if (format == OutputFormat.JSON) {
            screen.line(new String(answer.body(), StandardCharsets.UTF_8));
        } else if (ordered) {
            screen.line(
                    json.get("eventId").asText() + (json.path("duplicate").asBoolean() ? "  (published before)" : ""));
        } else {
            screen.line(screen.pending(json.path("status").asText("taken")) + "  "
                    + json.path("source").asText() + "  " + json.path("id").asText());
        }
        return !ordered && "ordered".equals(wait) ? ExitCodes.NOT_ORDERED : ExitCodes.OK;
    }

    private String[] headers(byte[] payload, @Nullable String eventId) {
        List<String> headers = new ArrayList<>();
        String given = contentType == null ? guess(payload) : contentType;
        if (given != null) {
            headers.addAll(List.of("content-type", given));
        }
        if (type != null) {
            headers.addAll(List.of("ce-specversion", "1.0", "ce-type", type, "ce-source", "/waxwing/cli"));
            headers.addAll(List.of("ce-id", eventId == null ? UUID.randomUUID().toString() : eventId));
        } else if (eventId != null) {
            headers.addAll(List.of("idempotency-key", eventId));
        }
        return headers.toArray(String[]::new);
    }

    private static @Nullable String guess(byte[] payload) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(payload))
                    .toString();
            String start = text.strip();
            if (start.startsWith("{") || start.startsWith("[")) {
                Api.JSON.readTree(text);
                return "application/json";
            }
            return "text/plain; charset=utf-8";
        } catch (CharacterCodingException binary) {
            return null;
        } catch (JsonProcessingException notJson) {
            return "text/plain; charset=utf-8";
        }
    }

    private byte[] payload() {
        if ((data == null) == (file == null)) {
            throw new CliFailure(
                    ExitCodes.USAGE, "what shall be published?", "give -d or -f", "waxwing pub " + topic + " -d hello");
        }
        if (data != null) {
            return data.getBytes(StandardCharsets.UTF_8);
        }
        try {
            return "-".equals(file) ? System.in.readAllBytes() : Files.readAllBytes(Path.of(String.valueOf(file)));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(file + " cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }
}
