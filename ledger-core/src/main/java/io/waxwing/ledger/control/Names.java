package io.waxwing.ledger.control;

import io.waxwing.ledger.failure.MalformedException;
import java.util.Set;
import java.util.regex.Pattern;

/** Which names an institution and an origin line may have. */
public final class Names {
    /** An institution's name, for whoever checks it before anything is made with it. */
    public static final Pattern INSTITUTION = Pattern.compile("[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?");
    /** A bare host name in lower case: some verifiers compare the origin line with one. */
    public static final Pattern HOST =
            Pattern.compile("(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*");

    // Words of the trust policy, where an institution's name stands beside them.
    private static final Set<String> TAKEN = Set.of("none", "validators");

    private Names() {}

    /** The name, if an institution may have it; else throws {@link MalformedException} WXW-3010. */
    public static String institution(String name) {
        if (!INSTITUTION.matcher(name).matches()) {
            throw malformed("an institution's name is 1 to 32 of a-z, 0-9 and inner '-', got '" + name + "'");
        }
        if (TAKEN.contains(name)) {
            throw malformed("'" + name + "' is a word of the trust policy; no institution has it as its name");
        }
        return name;
    }

    /** The origin line, if it is a bare host name; else throws {@link MalformedException} WXW-3010. */
    static String originLine(String text) {
        if (!HOST.matcher(text).matches()) {
            throw malformed("the origin line is a bare host name in lower case, got '" + text + "'");
        }
        return text;
    }

    private static MalformedException malformed(String text) {
        return new MalformedException(MalformedException.REGISTRY, text);
    }
}
