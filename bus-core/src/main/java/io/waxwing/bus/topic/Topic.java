package io.waxwing.bus.topic;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Rules for topic names, the same on every protocol: {@code level(/level)*}, compared byte by byte, never normalised.
 * Names are plain strings once checked; the empty level is legal.
 */
public final class Topic {
    /** Longest name in bytes of UTF-8. */
    public static final int MAX_BYTES = 1024;
    /** Most levels. */
    public static final int MAX_LEVELS = 64;

    private Topic() {}

    /**
     * Why a publisher may not use the name; null if it may. WXW-1001 for an illegal name, WXW-1003 for one whose first
     * level begins with {@code $}, which belongs to the broker.
     */
    public static @Nullable Refusal check(String name) {
        Refusal refusal = checkForm(name, FailureCode.TOPIC_NAME);
        if (refusal != null) {
            return refusal;
        }
        if (name.indexOf('+') >= 0 || name.indexOf('#') >= 0) {
            return new Refusal(FailureCode.TOPIC_NAME, "a topic name has no wildcards ('+', '#')");
        }
        for (String level : name.split("/", -1)) {
            if (level.equals(".") || level.equals("..")) {
                return new Refusal(FailureCode.TOPIC_NAME, "levels '.' and '..' cannot be addressed over HTTP");
            }
        }
        if (name.charAt(0) == '$') {
            return new Refusal(FailureCode.TOPIC_RESERVED, "names that begin with '$' are reserved for the broker");
        }
        return null;
    }

    static @Nullable Refusal checkForm(String name, FailureCode code) {
        if (name.isEmpty()) {
            return new Refusal(code, "it is empty");
        }
        if (name.indexOf('\0') >= 0) {
            return new Refusal(code, "it has a U+0000");
        }
        int bytes = name.length() > MAX_BYTES ? name.length() : name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_BYTES) {
            return new Refusal(code, "it has more than " + MAX_BYTES + " bytes");
        }
        int levels = 1;
        for (int i = 0; i < name.length(); i++) {
            levels += name.charAt(i) == '/' ? 1 : 0;
        }
        return levels > MAX_LEVELS ? new Refusal(code, "it has more than " + MAX_LEVELS + " levels") : null;
    }
}
