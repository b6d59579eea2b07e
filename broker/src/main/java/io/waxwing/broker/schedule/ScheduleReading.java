package io.waxwing.broker.schedule;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.Payload;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.topic.Topic;
import io.waxwing.http.exchange.JsonBody;
import io.waxwing.http.exchange.Problem;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads schedules. Whatever is wrong is a {@link io.waxwing.http.exchange.ProblemException} 400 with its place. */
final class ScheduleReading {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> MEMBERS = Set.of("at", "cron", "zone", "until", "misfire", "topic", "event");
    private static final Set<String> EVENT =
            Set.of("data", "data_base64", "datacontenttype", "type", "subject", "partitionkey");
    private static final String TYPE = "io.waxwing.scheduled";
    private static final String JSON_TYPE = "application/json";

    private ScheduleReading() {}

    static Schedule schedule(byte[] bytes) {
        JsonBody body = JsonBody.of(bytes, MEMBERS);
        String misfire = body.text("misfire");
        if (misfire != null && !Set.of("skip", "once").contains(misfire)) {
            throw JsonBody.refused("want skip or once", "/misfire");
        }
        String topic = body.text("topic");
        Refusal wrong = topic == null ? null : Topic.check(topic);
        if (topic == null || wrong != null) {
            throw wrong == null
                    ? JsonBody.refused("want a topic", "/topic")
                    : Problem.of(wrong).at("/topic").asException();
        }
        String until = body.text("until");
        JsonBody event = body.object("event", EVENT);
        return new Schedule(
                times(body),
                until == null ? Long.MAX_VALUE : time(until, "/until"),
                "once".equals(misfire),
                topic,
                event == null ? attributes(body, false) : attributes(event, event.has("data")),
                event == null ? Payload.EMPTY : data(event),
                (ObjectNode) body.root());
    }

    private static Times times(JsonBody body) {
        String at = body.text("at");
        String cron = body.text("cron");
        String zone = body.text("zone");
        if ((at == null) == (cron == null)) {
            throw JsonBody.refused("want either at or cron", at == null ? "/cron" : "/at");
        }
        if (cron == null) {
            if (zone != null) {
                throw JsonBody.refused("at has its offset; a zone is for cron", "/zone");
            }
            return new At(time(String.valueOf(at), "/at"));
        }
        var in = said("/zone", () -> Cron.zone(zone == null ? "UTC" : zone));
        return said("/cron", () -> Cron.of(cron, in));
    }

    private static <T> T said(String pointer, Supplier<T> read) {
        try {
            return read.get();
        } catch (IllegalArgumentException wrong) {
            throw JsonBody.refused(String.valueOf(wrong.getMessage()), pointer);
        }
    }

    private static long time(String text, String pointer) {
        try {
            return OffsetDateTime.parse(text).toInstant().toEpochMilli();
        } catch (DateTimeException | ArithmeticException none) {
            throw JsonBody.refused("want a time of RFC 3339, for example 2026-03-01T08:00:00Z", pointer);
        }
    }

    private static Attributes attributes(JsonBody event, boolean isJson) {
        Attributes.Builder made =
                new Attributes.Builder().put(Attributes.SPECVERSION, "1.0").put(Attributes.TYPE, TYPE);
        if (isJson) {
            made.put(Attributes.DATACONTENTTYPE, JSON_TYPE);
        }
        for (String name : Set.of("type", "subject", "partitionkey", "datacontenttype")) {
            String value = event.has(name) ? event.text(name) : null;
            if (value != null) {
                put(made, name, value);
            }
        }
        return made.build();
    }

    private static void put(Attributes.Builder made, String name, String value) {
        if (value.isEmpty()) {
            throw JsonBody.refused("want a text that is not empty", "/event/" + name);
        }
        try {
            made.put(name, value);
        } catch (RefusedException notLegal) {
            throw Problem.of(notLegal.refusal()).at("/event/" + name).asException();
        }
    }

    /** Of another type than JSON a text stands for itself. */
    private static Payload data(JsonBody event) {
        JsonNode data = event.node("data");
        String base64 = event.text("data_base64");
        if (data != null && base64 != null) {
            throw JsonBody.refused("want either data or data_base64", "/event/data_base64");
        }
        if (base64 != null) {
            return said(
                    "/event/data_base64", () -> Payload.of(Base64.getDecoder().decode(base64)));
        }
        if (data == null) {
            return Payload.EMPTY;
        }
        return Payload.utf8(data.isTextual() && !isJson(event.text("datacontenttype")) ? data.textValue() : text(data));
    }

    private static boolean isJson(@Nullable String type) {
        return type == null || type.contains("json");
    }

    private static String text(JsonNode data) {
        try {
            return JSON.writeValueAsString(data);
        } catch (JsonProcessingException impossible) {
            throw new UncheckedIOException("writing to memory", impossible);
        }
    }
}
