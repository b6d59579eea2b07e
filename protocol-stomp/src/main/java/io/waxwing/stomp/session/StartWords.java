package io.waxwing.stomp.session;

import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.topic.TopicFilter;
import org.jspecify.annotations.Nullable;

/**
 * The value of {@code x-stream-offset}: {@code next}, {@code first}, {@code last}, {@code offset=<topicSeq>},
 * {@code timestamp=<Unix seconds>} and {@code event-id=<eventId>}, which begins after that event.
 */
final class StartWords {
    static final String HEADER = "x-stream-offset";

    private static final int MAX_DIGITS = 15;

    private StartWords() {}

    /** @throws RefusedException WXW-1302, or WXW-1008 for what is no eventId */
    static StartFrom read(@Nullable String text, TopicFilter filter) {
        if (text == null) {
            return StartFrom.NEXT;
        }
        int equals = text.indexOf('=');
        String word = equals < 0 ? text : text.substring(0, equals);
        String value = equals < 0 ? "" : text.substring(equals + 1);
        return switch (word) {
            case "next" -> StartFrom.NEXT;
            case "first" -> StartFrom.FIRST;
            case "last" -> StartFrom.LAST;
            case "offset" -> atTopicSeq(value, filter);
            case "timestamp" -> new StartFrom.AtTime(number(value) * 1_000);
            case "event-id" -> new StartFrom.After(EventId.parse(value));
            default ->
                throw refused("want next, first, last, offset=<topicSeq>, timestamp=<seconds> or event-id=<eventId>");
        };
    }

    private static StartFrom atTopicSeq(String value, TopicFilter filter) {
        if (filter.hasWildcard()) {
            throw refused("offset counts within one topic: the destination has wildcards");
        }
        return new StartFrom.AtTopicSeq(number(value));
    }

    private static long number(String text) {
        if (text.isEmpty() || text.length() > MAX_DIGITS || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw refused("want a number of at most " + MAX_DIGITS + " digits");
        }
        return Long.parseLong(text);
    }

    private static RefusedException refused(String detail) {
        return new RefusedException(FailureCode.PARAMETER, HEADER + ": " + detail);
    }
}
