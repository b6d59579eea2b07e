package io.waxwing.broker.intake;

import io.waxwing.broker.config.TopicSettings;
import io.waxwing.bus.topic.Topic;
import java.util.function.IntFunction;

/**
 * Which node this is, and whose the others are. Any thread.
 *
 * @param self originId of this node
 * @param institutionOf name of the institution that an originId belongs to, by the registry in force
 */
public record Origins(int self, IntFunction<String> institutionOf) {
    /**
     * True for the one name with a {@code $} that a node's events may have elsewhere too: where its institution
     * publishes the heads of its audit log.
     *
     * @param wanted the event is final: its holders have looked whose it is, and the registry may have changed since
     */
    boolean isAuditOf(int originId, String topic, boolean wanted) {
        if (!topic.startsWith(TopicSettings.AUDIT)) {
            return false;
        }
        String institution = topic.substring(TopicSettings.AUDIT.length());
        return wanted ? Topic.check(institution) == null : institution.equals(institutionOf.apply(originId));
    }
}
