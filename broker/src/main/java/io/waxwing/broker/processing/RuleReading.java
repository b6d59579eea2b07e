package io.waxwing.broker.processing;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.filter.Cesql;
import io.waxwing.bus.pull.PullTerms;
import io.waxwing.bus.topic.Topic;
import io.waxwing.bus.topic.TopicFilter;
import io.waxwing.http.exchange.JsonBody;
import io.waxwing.http.exchange.Problem;
import io.waxwing.http.pull.Pump;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads rules. Whatever is wrong is a {@link io.waxwing.http.exchange.ProblemException} 400 with its place. */
final class RuleReading {
    static final Set<String> MEMBERS = Set.of(
            "filter",
            "where",
            "bind",
            "project",
            "type",
            "target",
            "deadLetterTopic",
            "ordered",
            "maxDeliver",
            "backoffMs");

    private static final int BINDINGS_MAX = 64;
    private static final int TYPE_CHARS_MAX = 256;
    private static final int BACKOFF_STEPS = 32;
    private static final long STEP_MAX_MS = 86_400_000;
    private static final int DELIVER_MAX = 1_000;
    /**
     * For the longest that a receiver may take, and those of its key that wait for it. A restart ends leases anyway.
     */
    private static final long LEASE_MS = 600_000;

    private static final int DELIVER_USUAL = 5;
    private static final List<Long> BACKOFF_MS = List.of(1_000L, 10_000L, 60_000L, 300_000L);
    /** What every event has: a binding of such a name would hide it. */
    private static final Set<String> TAKEN = Set.of(
            "id",
            "source",
            "type",
            "specversion",
            "subject",
            "time",
            "datacontenttype",
            "dataschema",
            "partitionkey",
            "wxwtopic",
            "wxweventid");

    private RuleReading() {}

    /** Reads one that stands at {@code at}. */
    static Rule rule(JsonNode json, String at) {
        JsonBody body = JsonBody.of(json, MEMBERS, at);
        String filter = body.text("filter");
        if (filter == null) {
            throw JsonBody.refused("want a topic filter", body.pointer("filter"));
        }
        if (filter.startsWith(TopicFilter.SHARE)) {
            throw JsonBody.refused("want topics, without $share", body.pointer("filter"));
        }
        TopicFilter topics = at(body.pointer("filter"), () -> TopicFilter.parse(filter));
        String where = body.text("where");
        JsonNode project = body.node("project");
        String type = body.text("type");
        if (type != null && (type.isEmpty() || type.length() > TYPE_CHARS_MAX)) {
            throw JsonBody.refused("want 1 to " + TYPE_CHARS_MAX + " characters", body.pointer("type"));
        }
        return new Rule(
                topics,
                where == null ? null : at(body.pointer("where"), () -> Cesql.parse(where)),
                bindings(body),
                project == null ? null : Template.of(project, body.pointer("project")),
                type,
                TargetReading.target(body),
                topic(body, "deadLetterTopic"),
                terms(body),
                (ObjectNode) json);
    }

    /** A refusal of a part says where in the body it stands. */
    private static <T> T at(String pointer, Supplier<T> read) {
        try {
            return read.get();
        } catch (RefusedException refused) {
            throw Problem.of(refused.refusal()).at(pointer).asException();
        }
    }

    private static Map<String, Binding> bindings(JsonBody body) {
        JsonNode bind = body.node("bind");
        Map<String, Binding> all = new LinkedHashMap<>();
        if (bind == null) {
            return all;
        }
        if (!bind.isObject() || bind.size() > BINDINGS_MAX) {
            throw JsonBody.refused("want an object of at most " + BINDINGS_MAX + " names", body.pointer("bind"));
        }
        bind.properties().forEach(each -> {
            String at = body.pointer("bind") + "/" + each.getKey();
            if (!Reference.mayBind(each.getKey(), all) || TAKEN.contains(each.getKey())) {
                throw JsonBody.refused(
                        "want a name of lower case letters and digits that no event has anyway, not one of data, "
                                + String.join(", ", new TreeSet<>(TAKEN)),
                        at);
            }
            all.put(each.getKey(), binding(each.getValue(), at));
        });
        return all;
    }

    private static Binding binding(JsonNode json, String at) {
        if (json.isTextual()) {
            return new Binding(pointer(json.textValue(), at), 0);
        }
        JsonBody body = JsonBody.of(json, Set.of("at", "scale"), at);
        String text = body.text("at");
        if (text == null) {
            throw JsonBody.refused("want a JSON Pointer", body.pointer("at"));
        }
        return new Binding(pointer(text, body.pointer("at")), (int) body.number("scale", 0, Binding.SCALE_MAX, 0));
    }

    private static JsonPointer pointer(String text, String at) {
        try {
            return JsonPointer.compile(text);
        } catch (IllegalArgumentException none) {
            throw JsonBody.refused("want a JSON Pointer (RFC 6901), such as /temp", at);
        }
    }

    static @Nullable String topic(JsonBody body, String name) {
        String topic = body.text(name);
        Refusal wrong = topic == null ? null : Topic.check(topic);
        if (wrong != null) {
            throw Problem.of(wrong).at(body.pointer(name)).asException();
        }
        return topic;
    }

    private static PullTerms terms(JsonBody body) {
        return new PullTerms(
                LEASE_MS,
                (int) body.number("maxDeliver", 1, DELIVER_MAX, DELIVER_USUAL),
                body.numbers("backoffMs", BACKOFF_STEPS, 0, STEP_MAX_MS, BACKOFF_MS),
                body.flag("ordered", true) ? 1 : Pump.WIDTH);
    }
}
