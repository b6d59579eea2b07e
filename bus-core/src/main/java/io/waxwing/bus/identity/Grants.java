package io.waxwing.bus.identity;

import io.waxwing.bus.topic.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All grants of one connection, variables filled in. What nothing allows is refused; what something refuses is refused.
 * Immutable.
 */
public final class Grants {
    /** Nothing at all. */
    public static final Grants NOTHING = new Grants(List.of(), "", null);

    private record Rule(Grant said, TopicFilter filter) {
        boolean allows() {
            return said.allows();
        }

        Action action() {
            return said.action();
        }
    }

    private final List<Rule> rules = new ArrayList<>();

    public Grants(List<Grant> grants, String user, @Nullable String clientId) {
        for (Grant grant : grants) {
            TopicFilter filter = grant.filter(user, clientId);
            if (filter != null) {
                rules.add(new Rule(grant, filter));
            }
        }
    }

    /** Whether the action is allowed on exactly this topic. */
    public boolean allow(Action action, String topic) {
        Grant because = because(action, topic);
        return because != null && because.allows();
    }

    /** The grant that decides: the first that refuses, else the first that allows; null if none says anything. */
    public @Nullable Grant because(Action action, String topic) {
        Grant allowed = null;
        for (Rule rule : rules) {
            if (rule.action() == action && rule.filter().matches(topic)) {
                if (!rule.allows()) {
                    return rule.said();
                }
                allowed = allowed == null ? rule.said() : allowed;
            }
        }
        return allowed;
    }

    /**
     * Whether the action is allowed on every topic that the filter matches: one grant covers it wholly, and no topic of
     * it is refused. A filter that is wider than the grant is not narrowed.
     */
    public boolean allowAll(Action action, TopicFilter filter) {
        boolean allowed = false;
        for (Rule rule : rules) {
            if (rule.action() != action) {
                continue;
            }
            if (!rule.allows() && FilterRelation.overlaps(rule.filter(), filter)) {
                return false;
            }
            allowed |= rule.allows() && FilterRelation.covers(rule.filter(), filter);
        }
        return allowed;
    }
}
