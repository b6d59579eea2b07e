package io.waxwing.ledger.grant;

import io.waxwing.ledger.failure.MalformedException;
import java.util.List;

/**
 * The topics that a filter of the ledger means: levels parted by {@code /}, {@code +} is one level, a last {@code #} is
 * the rest and the level before it. The first level is literal and does not begin with {@code $}: nobody claims the
 * first word of everybody's topics, nor what belongs to each node.
 */
public final class TopicSet {
    private static final String ANY = "+";
    private static final String REST = "#";

    private final String text;
    private final List<String> levels;

    private TopicSet(String text) {
        this.text = text;
        this.levels = List.of(text.split("/", -1));
    }

    /** Throws {@link MalformedException} WXW-3001 with the reason if the text is no such filter. */
    public static TopicSet parse(String text) {
        TopicSet set = new TopicSet(text);
        String first = set.levels.get(0);
        if (text.isEmpty() || isWild(first) || first.startsWith("$")) {
            throw malformed(
                    "a filter of the ledger begins with a word, neither a wildcard nor '$', got '" + text + "'");
        }
        for (int i = 0; i < set.levels.size(); i++) {
            String level = set.levels.get(i);
            boolean alone = level.length() == 1 || (level.indexOf('+') < 0 && level.indexOf('#') < 0);
            if (!alone || (level.equals(REST) && i + 1 < set.levels.size())) {
                throw malformed("'+' stands alone in its level and '#' alone in the last, got '" + text + "'");
            }
        }
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw malformed("a filter of the ledger has no control characters");
        }
        return set;
    }

    private static MalformedException malformed(String text) {
        return new MalformedException(MalformedException.LEAF, text);
    }

    /** True if the topic is one of these; give its name split at every {@code /}. */
    public boolean matches(List<String> topic) {
        int level = 0;
        for (; level < levels.size(); level++) {
            String wanted = levels.get(level);
            if (wanted.equals(REST)) {
                return true;
            }
            if (level == topic.size() || (!wanted.equals(ANY) && !wanted.equals(topic.get(level)))) {
                return false;
            }
        }
        return level == topic.size();
    }

    /** A topic's name as {@link #matches} wants it. */
    public static List<String> levels(String topic) {
        return List.of(topic.split("/", -1));
    }

    /** True if every topic of the other is one of these. */
    public boolean covers(TopicSet other) {
        for (int i = 0; ; i++) {
            if (i < levels.size() && levels.get(i).equals(REST)) {
                return true;
            }
            if (i == levels.size() || i == other.levels.size()) {
                return levels.size() == other.levels.size();
            }
            String mine = levels.get(i);
            String its = other.levels.get(i);
            if (mine.equals(ANY) ? its.equals(REST) : !mine.equals(its)) {
                return false;
            }
        }
    }

    /** True if some topic is in both. */
    public boolean overlaps(TopicSet other) {
        for (int i = 0; ; i++) {
            boolean mineRests = i < levels.size() && levels.get(i).equals(REST);
            boolean itsRests = i < other.levels.size() && other.levels.get(i).equals(REST);
            if (mineRests || itsRests) {
                return true;
            }
            if (i == levels.size() || i == other.levels.size()) {
                return levels.size() == other.levels.size();
            }
            String mine = levels.get(i);
            String its = other.levels.get(i);
            if (!mine.equals(ANY) && !its.equals(ANY) && !mine.equals(its)) {
                return false;
            }
        }
    }

    private static boolean isWild(String level) {
        return level.equals(ANY) || level.equals(REST);
    }

    /** As written. */
    @Override
    public String toString() {
        return text;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TopicSet that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }
}
