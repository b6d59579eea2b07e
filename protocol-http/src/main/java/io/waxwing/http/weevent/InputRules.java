package io.waxwing.http.weevent;

import io.waxwing.bus.event.EventId;
import io.waxwing.bus.event.Payload;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.topic.Topic;
import io.waxwing.http.exchange.PercentText;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * WeEvent's own checks (weevent.md 1.1), each with its number. What is legal here and not on the node is refused too.
 */
public final class InputRules {
    private static final int TOPIC_CHARS = 64;
    private static final int EVENT_ID_CHARS = 64;
    private static final int HASH_CHARS = 8;
    private static final int EXTENSION_CHARS = 1024;
    private static final int FIRST_CHARACTER = 32;
    private static final int LAST_CHARACTER = 128;
    private static final int MAX_PAGE = 100;

    private InputRules() {}

    /** The topic of the node that a name means. @throws WeEventFault 100102, 100103, 100106 */
    public static String topic(Scope scope, @Nullable String name) {
        length(name);
        if (name == null || name.indexOf('+') >= 0 || name.indexOf('#') >= 0 || name.endsWith("/")) {
            throw new WeEventFault(WeEventCode.TOPIC_CHARACTER);
        }
        String topic = scope.topic(name);
        Refusal refusal = Topic.check(topic);
        if (refusal != null) {
            throw WeEventFault.of(refusal);
        }
        return topic;
    }

    /** Blank, too long, or with a character that no topic and no pattern has. @throws WeEventFault likewise */
    static void length(@Nullable String name) {
        if (name == null || name.isBlank()) {
            throw new WeEventFault(WeEventCode.TOPIC_BLANK);
        }
        if (name.length() > TOPIC_CHARS) {
            throw new WeEventFault(WeEventCode.TOPIC_TOO_LONG);
        }
        if (!name.chars().allMatch(c -> c >= FIRST_CHARACTER && c <= LAST_CHARACTER)) {
            throw new WeEventFault(WeEventCode.TOPIC_CHARACTER);
        }
    }

    /** Whether a topic of the node is one that WeEvent's clients can name. */
    static boolean isName(String name) {
        return !name.isBlank()
                && name.length() <= TOPIC_CHARS
                && !name.endsWith("/")
                && name.chars().allMatch(c -> c >= FIRST_CHARACTER && c <= LAST_CHARACTER && c != '+' && c != '#');
    }

    /** Bytes that are no UTF-8 are counted one by one. @throws WeEventFault 100200, 100201 */
    static void content(Payload content, int maxChars) {
        String text = text(content);
        boolean blank = content.size() == 0 || (text != null && text.isBlank());
        if (blank) {
            throw new WeEventFault(WeEventCode.CONTENT_BLANK);
        }
        int chars = text == null ? content.size() : text.length();
        if (chars > maxChars) {
            throw new WeEventFault(
                    WeEventCode.CONTENT_TOO_LONG,
                    "the content has " + chars + " characters, limit " + maxChars + " (weevent.maxContent)");
        }
    }

    /** The content as text, null if it is no UTF-8. */
    static @Nullable String text(Payload content) {
        try {
            return PercentText.utf8(content.bytes(), FailureCode.PARAMETER, "content");
        } catch (RefusedException notUtf8) {
            return null;
        }
    }

    /** @throws WeEventFault 100204, 100206, 101023 */
    static void extensions(Map<String, String> extensions, Generation generation) {
        if (extensions.toString().length() > EXTENSION_CHARS) {
            throw new WeEventFault(WeEventCode.EXTENSIONS_TOO_LONG);
        }
        boolean named = extensions.keySet().stream().allMatch(name -> name.startsWith(Extensions.PREFIX));
        if (!named && generation == Generation.V1_2) {
            throw new WeEventFault(WeEventCode.EXTENSION_NAME);
        }
        if (extensions.containsKey(Extensions.SIGN)) {
            throw new WeEventFault(WeEventCode.SIGNED_TRANSACTION);
        }
    }

    /**
     * Reads an eventId.
     *
     * @param height of the last block
     * @return null if it is well formed and can name nothing here
     * @throws WeEventFault 100300, 100301, 100302, 100304
     */
    public static @Nullable EventId eventId(@Nullable String text, long height) {
        if (text == null || text.isBlank()) {
            throw new WeEventFault(WeEventCode.EVENT_ID_BLANK);
        }
        if (text.length() > EVENT_ID_CHARS) {
            throw new WeEventFault(WeEventCode.EVENT_ID_TOO_LONG);
        }
        String[] tokens = text.split("-", -1);
        if (tokens.length != 3 || tokens[0].length() != HASH_CHARS) {
            throw new WeEventFault(WeEventCode.EVENT_ID_ILLEGAL);
        }
        number(tokens[1]);
        if (number(tokens[2]) > height) {
            throw new WeEventFault(WeEventCode.EVENT_ID_AHEAD);
        }
        try {
            return EventId.parse(text);
        } catch (RefusedException otherHash) {
            return null;
        }
    }

    private static long number(String token) {
        try {
            long number = Long.parseLong(token);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException none) {
            throw new WeEventFault(WeEventCode.EVENT_ID_ILLEGAL);
        }
        throw new WeEventFault(WeEventCode.EVENT_ID_ILLEGAL);
    }

    /** @throws WeEventFault 100104, 100107 */
    static void page(int index, int size) {
        if (index < 0) {
            throw new WeEventFault(WeEventCode.PAGE_INDEX);
        }
        if (size < 1 || size > MAX_PAGE) {
            throw new WeEventFault(WeEventCode.PAGE_SIZE);
        }
    }
}
