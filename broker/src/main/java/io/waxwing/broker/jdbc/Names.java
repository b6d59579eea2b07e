package io.waxwing.broker.jdbc;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a database spells names.
 *
 * @param quote around a name; blank if it knows no such thing
 * @param escape before a character that a search would take for a pattern; empty if it knows no such thing
 */
record Names(String quote, String escape) {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /** As part of a statement. The name is one that the database itself has told. */
    String quoted(String member, String name) throws MisfitException {
        if (!quote.isBlank()) {
            return quote + name.replace(quote, quote + quote) + quote;
        }
        if (!PLAIN.matcher(name).matches()) {
            throw new MisfitException(member, "this database can have plain names only, and '" + name + "' is none");
        }
        return name;
    }

    /** As a search for exactly this name; null for any. */
    @Nullable String search(@Nullable String name) {
        if (name == null || escape.isEmpty()) {
            return name;
        }
        return name.replace(escape, escape + escape).replace("_", escape + "_").replace("%", escape + "%");
    }

    /** Ways in which a database may have kept an unquoted name. */
    static List<String> spellings(String name) {
        return List.of(name, name.toUpperCase(Locale.ROOT), name.toLowerCase(Locale.ROOT));
    }

    /** The one of them that is meant: the same, or else the only one that is the same but for case; null if none. */
    static @Nullable String among(Collection<String> there, String wanted) {
        if (there.contains(wanted)) {
            return wanted;
        }
        List<String> alike =
                there.stream().filter(each -> each.equalsIgnoreCase(wanted)).toList();
        return alike.size() == 1 ? alike.get(0) : null;
    }
}
