package io.waxwing.broker.processing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waxwing.broker.jdbc.Table;
import io.waxwing.bus.filter.Cesql;
import io.waxwing.bus.pull.PullTerms;
import io.waxwing.bus.topic.TopicFilter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What somebody wants done with events.
 *
 * @param filter topics that it reads
 * @param where which events of them; null: all
 * @param bindings names for places in the data, for {@code where} and {@code project}
 * @param project what of them; null: the data as they are
 * @param type of the events that it makes; null: that of the source
 * @param target where they go
 * @param deadLetterTopic where events go that could not be processed, besides the rule's list of them; null: nowhere
 * @param terms how often it is tried, and how many at a time
 * @param json the same as it was given
 */
record Rule(
        TopicFilter filter,
        @Nullable Cesql where,
        Map<String, Binding> bindings,
        @Nullable Template project,
        @Nullable String type,
        Target target,
        @Nullable String deadLetterTopic,
        PullTerms terms,
        ObjectNode json) {
    Rule {
        bindings = Map.copyOf(bindings);
    }

    /** Where it goes. */
    sealed interface Target {}

    /** To a topic of this node. */
    record TopicTarget(String topic) implements Target {}

    /**
     * To a table.
     *
     * @param connection name of the database in the configuration
     * @param values of its columns, as an object
     */
    record TableTarget(String connection, Table table, Template values) implements Target {}

    /** To a receiver by HTTP. */
    record WebhookTarget(String url) implements Target {}

    /** Whether its condition holds, and why it has no answer if it has none. */
    Cesql.Judgement judge(SourceEvent source) {
        return where == null ? new Cesql.Judgement(true, "") : where.judge(source::text);
    }
}
