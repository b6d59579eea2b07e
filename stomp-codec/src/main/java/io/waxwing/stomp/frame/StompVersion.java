package io.waxwing.stomp.frame;

import org.jspecify.annotations.Nullable;

/** The versions of STOMP there are, oldest first. */
public enum StompVersion {
    V1_0("1.0"),
    V1_1("1.1"),
    V1_2("1.2");

    private final String text;

    StompVersion(String text) {
        this.text = text;
    }

    /** As it stands in headers. */
    public String text() {
        return text;
    }

    /** WebSocket's name for it. */
    public String subprotocol() {
        return "v" + text.replace(".", "") + ".stomp";
    }

    /** True if {@code other} is this version or an older one. */
    public boolean atLeast(StompVersion other) {
        return compareTo(other) >= 0;
    }

    /** The version with that text, or null. */
    public static @Nullable StompVersion of(String text) {
        for (StompVersion version : values()) {
            if (version.text.equals(text)) {
                return version;
            }
        }
        return null;
    }
}
