package io.waxwing.broker.processing;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waxwing.broker.jdbc.Row;
import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.event.Payload;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.filter.Cesql;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.bus.topic.Topic;
import io.waxwing.http.exchange.JsonBody;
import io.waxwing.http.exchange.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;

/** Tries a rule on an event that somebody gives, and does nothing. Any thread. */
final class RuleCheck {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private final ProcessingLimits limits;

    RuleCheck(ProcessingLimits limits) {
        this.limits = limits;
    }

    /**
     * Members of the body: {@code rule}, {@code topic}, {@code event} with attributes and {@code data}. Of the answer:
     * {@code matches} the topic, {@code passes} the condition, {@code problem} of that, {@code event} or {@code row}
     * that would come of it, or {@code error}.
     */
    ObjectNode of(byte[] bytes) {
        JsonBody body = JsonBody.of(bytes, Set.of("rule", "topic", "event"));
        JsonNode given = body.node("rule");
        JsonNode sample = body.node("event");
        String topic = body.text("topic");
        if (given == null || sample == null || topic == null) {
            throw JsonBody.refused(
                    "want rule, topic and event", given == null ? "/rule" : topic == null ? "/topic" : "/event");
        }
        Refusal wrong = Topic.check(topic);
        if (wrong != null) {
            throw Problem.of(wrong).at("/topic").asException();
        }
        Rule rule = RuleReading.rule(given, "/rule");
        return tried(rule, event(topic, sample));
    }

    private ObjectNode tried(Rule rule, Event event) {
        ObjectNode answer = JSON.createObjectNode();
        boolean matches = rule.filter().matches(event.topic());
        Cesql.Judgement said = rule.judge(new SourceEvent(event, rule.bindings()));
        answer.put("matches", matches).put("passes", matches && said.passes());
        if (!said.problem().isEmpty()) {
            answer.put("problem", said.problem());
        }
        if (!matches || !said.passes()) {
            return answer;
        }
        if (Derivation.hops(event) >= limits.maxHops()) {
            return answer.put(
                    "error",
                    FailureCode.PROCESSING_LOOP.text() + " it has gone through " + limits.maxHops() + " rules");
        }
        try {
            Derivation derivation = new Derivation(rule, "sample", "//sample/rules", "sample", limits.resultBytes());
            if (rule.target() instanceof Rule.TableTarget target) {
                answer.set("row", row(derivation.row(event, target), target));
            } else {
                answer.set("event", written(derivation.draft(event, event.topic())));
            }
        } catch (ProjectionException fails) {
            answer.put("error", FailureCode.PROJECTION.text() + " " + fails.what());
        }
        return answer;
    }

    /** By column; the name of the row is left out, since the real one would be another. */
    private static ObjectNode row(Row row, Rule.TableTarget target) {
        ObjectNode json = JSON.createObjectNode();
        for (int i = 0; i < row.values().size(); i++) {
            json.set(target.table().columns().get(i), row.values().get(i));
        }
        return json;
    }

    /** As a CloudEvent in JSON; the identity is left out, since the real one would be another. */
    private static ObjectNode written(EventDraft draft) {
        ObjectNode json = JSON.createObjectNode();
        draft.attributes().forEach((name, value) -> {
            if (!name.equals(Attributes.ID) && !name.equals(Attributes.SOURCE) && !name.equals(Derivation.RULE)) {
                json.put(name, value);
            }
        });
        byte[] data = draft.payload().bytes();
        if (data.length > 0) {
            try {
                json.set("data", JSON.readTree(data));
            } catch (IOException noJson) {
                json.put("data_base64", data);
            }
        }
        return json;
    }

    private static Event event(String topic, JsonNode sample) {
        if (!sample.isObject()) {
            throw JsonBody.refused("want an object: attributes, and data", "/event");
        }
        Attributes.Builder attributes = new Attributes.Builder()
                .put(Attributes.SPECVERSION, "1.0")
                .put(Attributes.ID, "sample")
                .put(Attributes.SOURCE, "//sample")
                .put(Attributes.TYPE, Attributes.RAW_TYPE);
        sample.properties().forEach(each -> {
            if (each.getKey().equals("data")) {
                return;
            }
            if (!each.getValue().isValueNode() || each.getValue().isNull()) {
                throw JsonBody.refused("an attribute is a text, a number, true or false", "/event/" + each.getKey());
            }
            try {
                attributes.put(each.getKey(), each.getValue().asText());
            } catch (RefusedException notLegal) {
                throw Problem.of(notLegal.refusal())
                        .at("/event/" + each.getKey())
                        .asException();
            }
        });
        JsonNode data = sample.get("data");
        try {
            byte[] bytes = data == null ? new byte[0] : JSON.writeValueAsBytes(data);
            return new Event(topic, attributes.build(), Payload.of(bytes), 1, DeliveryClass.LOCAL, null, 0, 1, "");
        } catch (IOException impossible) {
            throw new UncheckedIOException("writing to memory", impossible);
        }
    }
}
