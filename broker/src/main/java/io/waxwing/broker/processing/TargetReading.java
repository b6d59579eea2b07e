package io.waxwing.broker.processing;

import com.fasterxml.jackson.databind.JsonNode;
import io.waxwing.broker.jdbc.Table;
import io.waxwing.http.exchange.JsonBody;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Reads where a rule writes. What is wrong is a {@link io.waxwing.http.exchange.ProblemException} 400 with its place.
 */
final class TargetReading {
    private static final int NAME_CHARS_MAX = 128;
    private static final int COLUMNS_MAX = 256;

    private TargetReading() {}

    /** The target of a rule. */
    static Rule.Target target(JsonBody rule) {
        JsonBody target = rule.object("target", Set.of("topic", "webhook", "jdbc"));
        if (target == null || target.root().size() != 1) {
            throw JsonBody.refused(
                    "want {\"topic\": …}, {\"webhook\": {\"url\": …}} or {\"jdbc\": {…}}", rule.pointer("target"));
        }
        JsonBody webhook = target.object("webhook", Set.of("url"));
        JsonBody jdbc = target.object("jdbc", Set.of("connection", "schema", "table", "key", "columns"));
        if (jdbc != null) {
            return table(rule, jdbc);
        }
        if (webhook != null) {
            return new Rule.WebhookTarget(wanted(webhook, "url", "want an address"));
        }
        String topic = RuleReading.topic(target, "topic");
        if (topic == null) {
            throw JsonBody.refused("want a topic", target.pointer("topic"));
        }
        return new Rule.TopicTarget(topic);
    }

    private static Rule.Target table(JsonBody rule, JsonBody jdbc) {
        for (String member : List.of("project", "type")) {
            if (rule.has(member)) {
                throw JsonBody.refused("a row is made of target.jdbc.columns alone", rule.pointer(member));
            }
        }
        JsonNode columns = jdbc.node("columns");
        String at = jdbc.pointer("columns");
        if (columns == null || !columns.isObject() || columns.isEmpty() || columns.size() > COLUMNS_MAX) {
            throw JsonBody.refused("want an object of 1 to " + COLUMNS_MAX + " columns", at);
        }
        List<String> names = new ArrayList<>();
        columns.fieldNames().forEachRemaining(name -> names.add(checked(name, at)));
        String schema = jdbc.has("schema") ? name(jdbc, "schema") : null;
        return new Rule.TableTarget(
                wanted(jdbc, "connection", "want the name of one in jdbc.connections"),
                new Table(schema, name(jdbc, "table"), name(jdbc, "key"), names),
                Template.of(columns, at));
    }

    private static String wanted(JsonBody body, String member, String what) {
        String text = body.text(member);
        if (text == null) {
            throw JsonBody.refused(what, body.pointer(member));
        }
        return text;
    }

    private static String name(JsonBody body, String member) {
        return checked(wanted(body, member, "want a name"), body.pointer(member));
    }

    private static String checked(String name, String at) {
        boolean legal = !name.isEmpty()
                && name.length() <= NAME_CHARS_MAX
                && name.chars().noneMatch(Character::isISOControl);
        if (!legal) {
            throw JsonBody.refused("want a name of 1 to " + NAME_CHARS_MAX + " characters", at);
        }
        return name;
    }
}
