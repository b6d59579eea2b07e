package io.waxwing.bus.topic;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import java.util.List;

/**
 * A pattern over topic names with MQTT's meaning on every protocol: {@code +} is one level, a last {@code #} is the
 * rest and also the parent; a filter that begins with a wildcard never matches a name that begins with {@code $}
 * [MQTT-4.7.2-1].
 */
public final class TopicFilter {
    private final String text;
    private final List<String> levels;
    private final boolean wildcard;

    private TopicFilter(String text) {
        this.text = text;
        this.levels = List.of(text.split("/", -1));
        this.wildcard = text.indexOf('+') >= 0 || text.indexOf('#') >= 0;
    }

    /** Reads a filter. @throws RefusedException WXW-1002 if it is not a legal filter */
    public static TopicFilter parse(String text) {
        Refusal refusal = Topic.checkForm(text, FailureCode.TOPIC_FILTER);
        if (refusal != null) {
            throw refusal.asException();
        }
        TopicFilter filter = new TopicFilter(text);
        for (int i = 0; i < filter.levels.size(); i++) {
            String level = filter.levels.get(i);
            if (level.length() > 1 && (level.indexOf('+') >= 0 || level.indexOf('#') >= 0)) {
                throw new RefusedException(FailureCode.TOPIC_FILTER, "a wildcard stands alone in its level");
            }
            if (level.equals("#") && i + 1 < filter.levels.size()) {
                throw new RefusedException(FailureCode.TOPIC_FILTER, "'#' is only allowed as the last level");
            }
        }
        return filter;
    }

    public boolean matches(String topic) {
        if (!wildcard) {
            return text.equals(topic);
        }
        if (!topic.isEmpty() && topic.charAt(0) == '$' && (text.charAt(0) == '+' || text.charAt(0) == '#')) {
            return false;
        }
        String[] names = topic.split("/", -1);
        int level = 0;
        for (; level < levels.size(); level++) {
            String wanted = levels.get(level);
            if (wanted.equals("#")) {
                return true;
            }
            if (level == names.length || (!wanted.equals("+") && !wanted.equals(names[level]))) {
                return false;
            }
        }
        return level == names.length;
    }

    public List<String> levels() {
        return levels;
    }

    public boolean hasWildcard() {
        return wildcard;
    }

    /** The filter as written; two filters are the same exactly if this is. */
    @Override
    public String toString() {
        return text;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TopicFilter that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }
}
