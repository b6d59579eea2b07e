package io.waxwing.stomp.session;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import org.jspecify.annotations.Nullable;

/**
 * Where a frame goes to or comes from: {@code /topic/<name>}, or a bare name that does not begin with a slash.
 *
 * @param name of the topic, or the filter of a subscription
 * @param prefixed how it was written
 */
record Destination(String name, boolean prefixed) {
    private static final String TOPIC = "/topic/";

    /** @throws RefusedException WXW-1302 if there is none, WXW-1001 for another kind of destination */
    static Destination of(@Nullable String text) {
        if (text == null) {
            throw new RefusedException(FailureCode.PARAMETER, "header destination is missing");
        }
        if (text.startsWith(TOPIC)) {
            return new Destination(text.substring(TOPIC.length()), true);
        }
        if (text.startsWith("/")) {
            throw new RefusedException(
                    FailureCode.TOPIC_NAME, "want /topic/<name> or a name; there are no queues at this node");
        }
        return new Destination(text, false);
    }

    /** A topic in the form that this destination has; one that begins with a slash has only one. */
    String like(String topic) {
        return prefixed || topic.startsWith("/") ? TOPIC + topic : topic;
    }
}
