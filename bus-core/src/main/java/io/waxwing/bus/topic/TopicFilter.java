package io.waxwing.bus.topic;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import java.util.List;

/**
 * A pattern over topic names with MQTT's meaning on every protocol: {@code +} is one level, a last {@code #} is the
 * rest and also the parent; a filter that begins with a wildcard never matches a name that begins with {@code $}
 * [MQTT-4.7.2-1].
 *
 * <p>A shared filter is written {@code $share/group/filter}: its subscribers are one group, and each event goes to one
 * of them. What it matches is what the plain filter in it matches; what it is, is the whole text.
 */
public final class TopicFilter {
    /** What a shared filter begins with. */
    public static final String SHARE = "$share/";

    private static final int GROUP_CHARS_MAX = 128;

    private final String text;
    private final String plain;
    private final List<String> levels;
    private final boolean wildcard;

    private TopicFilter(String text, String plain) {
        this.text = text;
        this.plain = plain;
        this.levels = List.of(plain.split("/", -1));
        this.wildcard = plain.indexOf('+') >= 0 || plain.indexOf('#') >= 0;
    }

    /** Reads a filter. @throws RefusedException WXW-1002 if it is not a legal filter */
    public static TopicFilter parse(String text) {
        Refusal refusal = Topic.checkForm(text, FailureCode.TOPIC_FILTER);
        if (refusal != null) {
            throw refusal.asException();
        }
        TopicFilter filter = new TopicFilter(text, text);
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

    /**
     * Reads a filter that may be a shared one.
     *
     * @throws RefusedException WXW-1002 if it is neither a legal filter nor a legal shared one
     */
    public static TopicFilter parseShared(String text) {
        if (!text.startsWith(SHARE)) {
            return parse(text);
        }
        int end = text.indexOf('/', SHARE.length());
        String group = end < 0 ? "" : text.substring(SHARE.length(), end);
        boolean wildcards = group.indexOf('+') >= 0 || group.indexOf('#') >= 0;
        if (group.isEmpty() || wildcards || group.length() > GROUP_CHARS_MAX) {
            throw new RefusedException(
                    FailureCode.TOPIC_FILTER,
                    "a group's name has 1 to " + GROUP_CHARS_MAX + " characters without wildcards");
        }
        return new TopicFilter(text, parse(text.substring(end + 1)).text);
    }

    /** Whether its subscribers share the events. */
    public boolean isShared() {
        return text.length() != plain.length();
    }

    /** What is matched: of a shared filter the part behind the group's name. */
    public String plain() {
        return plain;
    }

    public boolean matches(String topic) {
        if (!wildcard) {
            return plain.equals(topic);
        }
        if (!topic.isEmpty() && topic.charAt(0) == '$' && (plain.charAt(0) == '+' || plain.charAt(0) == '#')) {
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
