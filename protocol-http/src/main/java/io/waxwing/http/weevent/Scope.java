package io.waxwing.http.weevent;

import org.jspecify.annotations.Nullable;

/**
 * What a {@code groupId} stands for: topics of their own, held by the members of one audience.
 *
 * @param groupId as clients write it
 * @param prefix what the scope's topics begin with on other protocols, followed by {@code /}; empty for group 1
 * @param audience who may hold their events; null: as the node's configuration says for the topic
 */
public record Scope(String groupId, String prefix, @Nullable String audience) {
    /** The group of whoever names none. */
    public static final String DEFAULT_ID = "1";

    /** The topic of the node that is called {@code name} here. */
    public String topic(String name) {
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    /** What a topic of the node is called here; it has to be one of this scope. */
    public String name(String topic) {
        return prefix.isEmpty() ? topic : topic.substring(prefix.length() + 1);
    }
}
