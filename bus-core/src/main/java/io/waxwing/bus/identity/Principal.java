package io.waxwing.bus.identity;

import java.util.regex.Pattern;

/**
 * Who acts.
 *
 * @param name unique on the node: {@link #isName}; empty for {@link #NOBODY} alone
 * @param kind how the name is known
 * @param institution of which the principal is a part
 */
public record Principal(String name, Kind kind, String institution) {
    /** Whoever comes in while the node asks for no credentials. */
    public static final Principal NOBODY = new Principal("", Kind.ANYBODY, "");

    /** Letters, digits and {@code . _ @ -}, so that a name is always one topic level, one line and one word. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}");

    /** How a principal is known. */
    public enum Kind {
        ANYBODY,
        /** Of the node's own access file. */
        USER,
        /** By a token that an identity provider signed. */
        TOKEN,
        /** Whoever has the node's own secret. */
        OPERATOR
    }

    /** True for whoever no grant of the node limits: nobody is asked, or it is the operator. */
    public boolean isEverybody() {
        return kind == Kind.ANYBODY || kind == Kind.OPERATOR;
    }

    /** Whether a user may have this name. */
    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }
}
