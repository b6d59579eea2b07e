package io.waxwing.mqtt.wire;

/**
 * Form of topic names and filters (sections 4.7 and 4.8.2). Only what makes them ill-formed; lengths, levels and
 * reserved prefixes are limits and belong to the session, because they have other reason codes.
 */
final class TopicSyntax {
    static final String SHARE_PREFIX = "$share/";

    private TopicSyntax() {}

    static boolean hasWildcard(String topic) {
        return topic.indexOf('#') >= 0 || topic.indexOf('+') >= 0;
    }

    /** A filter of at least one character whose wildcards stand alone in their level, {@code #} only in the last. */
    static boolean isFilter(String filter) {
        if (filter.startsWith(SHARE_PREFIX)) {
            return isShared(filter);
        }
        return !filter.equals("$share") && isPlainFilter(filter, 0);
    }

    private static boolean isShared(String filter) {
        int nameEnd = filter.indexOf('/', SHARE_PREFIX.length());
        if (nameEnd <= SHARE_PREFIX.length()) {
            return false;
        }
        return !hasWildcard(filter.substring(SHARE_PREFIX.length(), nameEnd)) && isPlainFilter(filter, nameEnd + 1);
    }

    private static boolean isPlainFilter(String filter, int from) {
        int length = filter.length();
        if (from >= length) {
            return false;
        }
        for (int i = from; i < length; i++) {
            char c = filter.charAt(i);
            if (c != '#' && c != '+') {
                continue;
            }
            boolean opens = i == from || filter.charAt(i - 1) == '/';
            boolean ends = i + 1 == length || (c == '+' && filter.charAt(i + 1) == '/');
            if (!opens || !ends) {
                return false;
            }
        }
        return true;
    }
}
