package io.waxwing.http.weevent;

import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.topic.TopicFilter;

/**
 * What a SUBSCRIBE names: a topic, or a pattern with WeEvent's meaning. {@code +} is one layer; {@code #} is the rest
 * as the last layer and, unlike MQTT's, not the parent too. Both in one pattern could match nothing and are refused.
 */
public final class TopicPattern {
    private final TopicFilter filter;
    private final String parent;
    private final Scope scope;

    private TopicPattern(Scope scope, TopicFilter filter, String parent) {
        this.scope = scope;
        this.filter = filter;
        this.parent = parent;
    }

    /** Reads one. @throws WeEventFault 100102, 100103, 100106, 100109 */
    public static TopicPattern of(Scope scope, String text) {
        InputRules.length(text);
        boolean rest = text.indexOf('#') >= 0;
        boolean layer = text.indexOf('+') >= 0;
        if (!rest && !layer) {
            return new TopicPattern(scope, TopicFilter.parse(InputRules.topic(scope, text)), "");
        }
        if (rest && layer) {
            throw new WeEventFault(WeEventCode.PATTERN, "a pattern has '+' or '#', not both");
        }
        try {
            TopicFilter filter = TopicFilter.parse(scope.topic(text));
            String all = filter.toString();
            return new TopicPattern(scope, filter, rest && all.length() > 1 ? all.substring(0, all.length() - 2) : "");
        } catch (RefusedException notOne) {
            throw new WeEventFault(WeEventCode.PATTERN, notOne.refusal().detail());
        }
    }

    /** What the bus is asked for; it matches no less. */
    public TopicFilter filter() {
        return filter;
    }

    /** Whether it is the name of a topic, which has to be open. */
    public boolean isTopic() {
        return !filter.hasWildcard();
    }

    /** Whether a topic that the filter matches is meant. */
    public boolean matches(String topic, Scopes scopes) {
        return filter.matches(topic) && !topic.equals(parent) && scopes.holds(scope, topic);
    }
}
