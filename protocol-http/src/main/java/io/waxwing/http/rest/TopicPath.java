package io.waxwing.http.rest;

import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.topic.Topic;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The pieces after {@code /v1/topics/}: if the last one is a sub-resource word, all before it is the topic; otherwise
 * everything is the topic. The words are closed for v1.
 *
 * @param topic legal topic name
 * @param part null for the topic itself
 */
record TopicPath(String topic, @Nullable String part) {
    static final String EVENTS = "events";
    static final String SCHEMA = "schema";
    private static final List<String> PARTS = List.of(EVENTS, "policy", SCHEMA);

    /** Reads the pieces, at least one. @throws io.waxwing.bus.failure.RefusedException WXW-1001, WXW-1003 */
    static TopicPath of(List<String> pieces) {
        String last = pieces.get(pieces.size() - 1);
        boolean hasPart = pieces.size() > 1 && PARTS.contains(last);
        String topic = String.join("/", hasPart ? pieces.subList(0, pieces.size() - 1) : pieces);
        Refusal refusal = Topic.check(topic);
        if (refusal != null) {
            throw refusal.asException();
        }
        return new TopicPath(topic, hasPart ? last : null);
    }
}
