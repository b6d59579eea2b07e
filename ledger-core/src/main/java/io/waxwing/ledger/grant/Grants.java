package io.waxwing.ledger.grant;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The claims and rules that hold, and the time of each origin's last statement, so that none is said twice. Bytes, only
 * if there is any, so that ledgers without grants have the records that they always had: u8 0xe6, u16 count || (u16
 * origin, u64 time)*, u16 count || {@link Rule}* in the order of the ledger. Immutable.
 */
public final class Grants {
    public static final Grants NONE = new Grants(new TreeMap<>(), List.of());

    /** No CONFIG leaf, which comes next, begins like that. */
    private static final int MARK = 0xe6;

    private final NavigableMap<Integer, Long> last;
    private final List<Rule> rules;

    private Grants(NavigableMap<Integer, Long> last, List<Rule> rules) {
        this.last = last;
        this.rules = List.copyOf(rules);
    }

    /** All that holds, in the order of the ledger. */
    public List<Rule> rules() {
        return rules;
    }

    /** The time of the last statement of that origin, 0 before its first. */
    public long lastMs(int originId) {
        return last.getOrDefault(originId, 0L);
    }

    /** What the leaf at that index said, if it still holds. */
    public @Nullable Rule at(long leafIndex) {
        return rules.stream()
                .filter(rule -> rule.leafIndex() == leafIndex && leafIndex > 0)
                .findFirst()
                .orElse(null);
    }

    /** The institution's claim or rule of that name. */
    public @Nullable Rule named(int institutionId, String id) {
        return rules.stream()
                .filter(rule -> rule.said().institutionId() == institutionId
                        && rule.said().id().equals(id))
                .findFirst()
                .orElse(null);
    }

    /** After a statement that is not refused, whose leaf has no place yet. */
    public Grants with(int originId, long timeMs, long height, GrantStatement said) {
        NavigableMap<Integer, Long> next = new TreeMap<>(last);
        next.merge(originId, timeMs, Math::max);
        List<Rule> held = new ArrayList<>(rules);
        held.removeIf(rule -> said.ends() > 0 && rule.leafIndex() == said.ends());
        if (said.verb() != GrantStatement.Verb.END) {
            held.add(new Rule(0, height, said));
        }
        return new Grants(next, held);
    }

    /** The leaf of the statement that was said in the block being executed stands there. */
    public Grants placed(GrantStatement said, long leafIndex) {
        List<Rule> held = new ArrayList<>(rules);
        held.replaceAll(rule ->
                rule.leafIndex() == 0 && rule.said().equals(said) ? new Rule(leafIndex, rule.height(), said) : rule);
        return new Grants(last, held);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Grants that && last.equals(that.last) && rules.equals(that.rules);
    }

    @Override
    public int hashCode() {
        return last.hashCode();
    }

    public void writeTo(ByteWriter out) {
        if (last.isEmpty()) {
            return;
        }
        out.u8(MARK).u16(last.size());
        last.forEach((origin, timeMs) -> out.u16(origin).u63(timeMs));
        out.u16(rules.size());
        rules.forEach(rule -> rule.writeTo(out));
    }

    /** Throws {@link io.waxwing.ledger.failure.MalformedException} if there is none. */
    public static Grants readFrom(ByteReader in) {
        if (!in.takes(MARK)) {
            return NONE;
        }
        NavigableMap<Integer, Long> last = new TreeMap<>();
        for (int left = in.u16(); left > 0; left--) {
            last.put(in.u16(), in.u63("the time of a grant"));
        }
        List<Rule> rules = new ArrayList<>();
        for (int left = in.u16(); left > 0; left--) {
            rules.add(Rule.readFrom(in));
        }
        return new Grants(last, rules);
    }
}
