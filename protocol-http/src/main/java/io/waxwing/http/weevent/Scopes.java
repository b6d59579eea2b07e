package io.waxwing.http.weevent;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The groups of a node: {@code 1}, and those that its configuration names. */
public final class Scopes {
    private final Map<String, Scope> byId = new LinkedHashMap<>();

    /** {@code more} besides group 1. */
    public Scopes(List<Scope> more) {
        byId.put(Scope.DEFAULT_ID, new Scope(Scope.DEFAULT_ID, "", null));
        more.forEach(scope -> byId.put(scope.groupId(), scope));
    }

    /** The group's scope; null or blank: group 1. @throws WeEventFault 200211 */
    public Scope of(@Nullable String groupId) {
        Scope found = byId.get(groupId == null || groupId.isBlank() ? Scope.DEFAULT_ID : groupId);
        if (found == null) {
            throw new WeEventFault(WeEventCode.GROUP_UNKNOWN);
        }
        return found;
    }

    /** All groupIds. */
    public List<String> ids() {
        return List.copyOf(byId.keySet());
    }

    /** Whether a topic of the node is one of this scope: those of other groups are not of group 1. */
    public boolean holds(Scope scope, String topic) {
        if (!scope.prefix().isEmpty()) {
            return topic.startsWith(scope.prefix() + "/");
        }
        for (Scope other : byId.values()) {
            if (!other.prefix().isEmpty() && topic.startsWith(other.prefix() + "/")) {
                return false;
            }
        }
        return true;
    }
}
