package io.waxwing.bus.identity;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.topic.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One line of what a principal may, or may not, do. In the filter {@code %u} stands for the principal's name and
 * {@code %c} for its client identifier, filled in once per connection.
 *
 * @param allows false: an explicit refusal, which wins over everything that allows
 * @param action what it is about
 * @param template a topic filter, perhaps with variables
 */
public record Grant(boolean allows, Action action, String template) {
    private static final String USER = "%u";
    private static final String CLIENT = "%c";

    /** Throws {@link RefusedException} WXW-1002 if the template is no filter. */
    public Grant {
        TopicFilter.parse(template);
        for (String level : template.split("/", -1)) {
            if (level.replace(USER, "").replace(CLIENT, "").indexOf('%') >= 0) {
                throw new RefusedException(FailureCode.TOPIC_FILTER, "variables of a grant are %u and %c");
            }
        }
    }

    /** As it stands in the access file. */
    public String line() {
        return (allows ? "allow " : "deny ") + action.word() + " " + template;
    }

    /**
     * The filter for one connection. A value is filled in only if it is one plain level: not empty, without {@code +},
     * {@code #}, {@code /}, U+0000 and without a {@code $} at its beginning. Else what allows allows nothing (null),
     * and what refuses refuses whatever stands in that level.
     */
    @Nullable TopicFilter filter(String user, @Nullable String clientId) {
        List<String> levels = new ArrayList<>();
        for (String level : template.split("/", -1)) {
            String filled = filled(level, user, clientId);
            if (filled == null && allows) {
                return null;
            }
            levels.add(filled == null ? "+" : filled);
        }
        try {
            return TopicFilter.parse(String.join("/", levels));
        } catch (RefusedException tooLong) {
            return null; // No topic is so long.
        }
    }

    /** In one pass, so that a value which looks like a variable stays as it is. */
    private static @Nullable String filled(String level, String user, @Nullable String clientId) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < level.length(); i++) {
            boolean isUser = level.startsWith(USER, i);
            if (isUser || level.startsWith(CLIENT, i)) {
                String value = isUser ? user : clientId;
                if (value == null || !isPlain(value)) {
                    return null;
                }
                out.append(value);
                i++;
            } else {
                out.append(level.charAt(i));
            }
        }
        return out.toString();
    }

    private static boolean isPlain(String value) {
        return !value.isEmpty()
                && value.charAt(0) != '$'
                && value.chars().noneMatch(c -> c == '+' || c == '#' || c == '/' || c == 0);
    }
}
