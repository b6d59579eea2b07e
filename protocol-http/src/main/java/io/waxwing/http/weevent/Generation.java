package io.waxwing.http.weevent;

import org.jspecify.annotations.Nullable;

/** Which clients a context path is for; they do not understand each other's answers. */
public enum Generation {
    /** {@code /weevent}: the client 1.0.0. A MESSAGE's body is the event as JSON, with no member too many. */
    V1_0("weevent"),
    /** {@code /weevent-broker}: 1.2 to 1.6. A MESSAGE's body is the content, its headers the rest. */
    V1_2("weevent-broker");

    private final String path;

    Generation(String path) {
        this.path = path;
    }

    /** First piece of its paths. */
    public String path() {
        return path;
    }

    /** The generation of a path's first piece, or null. */
    public static @Nullable Generation of(String piece) {
        for (Generation generation : values()) {
            if (generation.path.equals(piece)) {
                return generation;
            }
        }
        return null;
    }
}
