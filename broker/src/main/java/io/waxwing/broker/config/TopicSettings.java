package io.waxwing.broker.config;

import io.waxwing.bus.topic.AckPolicy;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.bus.topic.TopicFilter;
import io.waxwing.bus.topic.TopicPolicy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which policy a topic has that was not created with one of its own.
 *
 * @param defaultPolicy where no filter matches
 * @param policies by filter; the first that matches wins
 * @param retention how long contents are kept, by filter; the first that matches wins, without one it is for ever
 * @param maxTopics most topics the node knows
 * @param maxTerms most topics with a retention or a quota of their own
 */
public record TopicSettings(
        TopicPolicy defaultPolicy, List<ByFilter> policies, List<Retained> retention, int maxTopics, int maxTerms) {
    /** Of what the node itself publishes: its names begin with a dollar sign. */
    private static final TopicPolicy OWN = new TopicPolicy(DeliveryClass.LOCAL, AckPolicy.DURABLE);

    /** What the heads of audit logs are published under, in the ledger's order whatever the defaults are. */
    public static final String AUDIT = "$audit/";

    public TopicSettings {
        policies = List.copyOf(policies);
        retention = List.copyOf(retention);
    }

    /**
     * One entry of {@code topics.retention}.
     *
     * @param ageMs milliseconds after which the content of an event goes; 0: however old it gets
     * @param bytes of contents of one topic beyond which the oldest go; 0: however many
     */
    public record Retained(TopicFilter filter, long ageMs, long bytes) {}

    /** How long the contents of a topic are kept; null: for ever. Any thread. */
    public @Nullable Retained retentionOf(String topic) {
        for (Retained candidate : retention) {
            if (candidate.filter().matches(topic)) {
                return candidate;
            }
        }
        return null;
    }

    /** One entry of {@code topics.policies}. */
    public record ByFilter(TopicFilter filter, TopicPolicy policy) {}

    /** The policy for a topic name. Any thread. */
    public TopicPolicy policyOf(String topic) {
        if (topic.startsWith(AUDIT)) {
            return new TopicPolicy(DeliveryClass.ORDERED, AckPolicy.ORDERED, defaultPolicy.audience());
        }
        if (topic.startsWith("$")) {
            return OWN;
        }
        for (ByFilter candidate : policies) {
            if (candidate.filter().matches(topic)) {
                return candidate.policy();
            }
        }
        return defaultPolicy;
    }
}
