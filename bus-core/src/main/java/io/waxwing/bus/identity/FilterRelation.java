package io.waxwing.bus.identity;

import io.waxwing.bus.topic.TopicFilter;
import java.util.List;

/**
 * How the sets of topics of two filters lie to each other. Exact, not merely safe: a level may hold any text, so a
 * wildcard is covered by a wildcard alone, and {@code #} only by {@code #} (or, at the beginning, by {@code +/#}, which
 * every topic matches too). The empty topic counts, though nobody may publish to it.
 */
public final class FilterRelation {
    private static final String ANY = "+";
    private static final String REST = "#";

    private FilterRelation() {}

    /** Whether every topic that {@code inner} matches is matched by {@code outer}. */
    public static boolean covers(TopicFilter outer, TopicFilter inner) {
        List<String> wide = outer.levels();
        List<String> narrow = inner.levels();
        if (isWild(wide.get(0)) && narrow.get(0).startsWith("$")) {
            return false; // [MQTT-4.7.2-1]
        }
        if (narrow.get(0).equals(REST)) {
            return wide.get(0).equals(REST) || wide.equals(List.of(ANY, REST));
        }
        for (int i = 0; ; i++) {
            if (i < wide.size() && wide.get(i).equals(REST)) {
                return true; // Also of the parent: narrow may end here.
            }
            if (i == wide.size() || i == narrow.size()) {
                return wide.size() == narrow.size();
            }
            boolean level = wide.get(i).equals(ANY)
                    ? !narrow.get(i).equals(REST)
                    : wide.get(i).equals(narrow.get(i));
            if (!level) {
                return false;
            }
        }
    }

    /** Whether some topic is matched by both. */
    public static boolean overlaps(TopicFilter one, TopicFilter other) {
        List<String> a = one.levels();
        List<String> b = other.levels();
        if ((isWild(a.get(0)) && b.get(0).startsWith("$"))
                || (isWild(b.get(0)) && a.get(0).startsWith("$"))) {
            return false;
        }
        for (int i = 0; ; i++) {
            if ((i < a.size() && a.get(i).equals(REST))
                    || (i < b.size() && b.get(i).equals(REST))) {
                return true;
            }
            if (i == a.size() || i == b.size()) {
                return a.size() == b.size();
            }
            if (!isWild(a.get(i)) && !isWild(b.get(i)) && !a.get(i).equals(b.get(i))) {
                return false;
            }
        }
    }

    private static boolean isWild(String level) {
        return level.equals(ANY) || level.equals(REST);
    }
}
