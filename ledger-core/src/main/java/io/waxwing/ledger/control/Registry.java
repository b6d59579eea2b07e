package io.waxwing.ledger.control;

import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The registry of a CONFIG leaf: LF-ended lines of items separated by one space, kinds in this order, sorted by id
 * inside a kind; any other form is refused, so a registry has one encoding.
 *
 * <pre>
 * institution &lt;id&gt; &lt;name&gt; validator|observer &lt;vote key&gt; &lt;cosigner key&gt; &lt;log key&gt;
 * origin &lt;originId&gt; &lt;institution id&gt; active|retired &lt;origin key&gt;
 * audience &lt;audienceId&gt; quorum|origin|all &lt;institution id&gt;[,&lt;institution id&gt;]*
 * topic &lt;tag&gt; &lt;audienceId&gt; active|retired
 * </pre>
 *
 * Keys are 32-byte Ed25519 keys, tags 32 bytes, both in hexadecimal. A tag without a line belongs to any audience.
 */
public final class Registry {
    private final Map<Integer, Institution> institutions;
    private final Map<Integer, Origin> origins;
    private final Map<Long, Audience> audiences;
    private final Map<Hash, Topic> topics;

    Registry(
            Map<Integer, Institution> institutions,
            Map<Integer, Origin> origins,
            Map<Long, Audience> audiences,
            Map<Hash, Topic> topics) {
        this.institutions = new TreeMap<>(institutions);
        this.origins = new TreeMap<>(origins);
        this.audiences = new TreeMap<>(audiences);
        this.topics = new TreeMap<>(topics);
    }

    /** A member of the consortium. */
    public record Institution(
            int id, String name, boolean validator, ByteString voteKey, ByteString cosignerKey, ByteString logKey) {}

    /** A publishing node of an institution. */
    public record Origin(int originId, int institutionId, boolean active, ByteString key) {}

    /** Who may hold the payloads of some topics, and how many must sign that they do. */
    public record Audience(long audienceId, Availability availability, Set<Integer> institutionIds) {
        public Audience {
            institutionIds = Collections.unmodifiableSet(new TreeSet<>(institutionIds));
        }

        /** t: how many holders, the origin included, a batch needs (ledger.md section 3). */
        public int holdersNeeded() {
            int members = institutionIds.size();
            return switch (availability) {
                case ORIGIN -> 1;
                case ALL -> members;
                case QUORUM -> members >= 4 ? members - Quorum.faults(members) : Math.min(2, members);
            };
        }
    }

    /** A topic's audience and whether it still takes events. */
    public record Topic(Hash tag, long audienceId, boolean active) {}

    /** The topic policy words. */
    public enum Availability {
        QUORUM("quorum"),
        ORIGIN("origin"),
        ALL("all");

        private final String word;

        Availability(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    /** Throws {@link MalformedException} WXW-3010 naming the line. */
    public static Registry parse(ByteString bytes) {
        return RegistryParser.parse(bytes.toBytes());
    }

    public @Nullable Institution institution(int id) {
        return institutions.get(id);
    }

    public @Nullable Origin origin(int originId) {
        return origins.get(originId);
    }

    public @Nullable Audience audience(long audienceId) {
        return audiences.get(audienceId);
    }

    public @Nullable Topic topic(Hash tag) {
        return topics.get(tag);
    }

    /** The institution with that name, or null. */
    public @Nullable Institution institutionNamed(String name) {
        return institutions.values().stream()
                .filter(institution -> institution.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** In the order of their ids: the order of bits in certificates and of leaders. */
    public List<Institution> validators() {
        return institutions.values().stream().filter(Institution::validator).toList();
    }

    public ByteString encode() {
        StringBuilder text = new StringBuilder();
        institutions
                .values()
                .forEach(i -> text.append("institution " + i.id() + " " + i.name() + " "
                        + (i.validator() ? "validator" : "observer") + " " + i.voteKey() + " " + i.cosignerKey() + " "
                        + i.logKey() + "\n"));
        origins.values()
                .forEach(o -> text.append("origin " + o.originId() + " " + o.institutionId() + " "
                        + (o.active() ? "active" : "retired") + " " + o.key() + "\n"));
        audiences
                .values()
                .forEach(a -> text.append("audience " + a.audienceId() + " "
                        + a.availability().word() + " " + join(a.institutionIds()) + "\n"));
        topics.values()
                .forEach(t -> text.append(
                        "topic " + t.tag() + " " + t.audienceId() + " " + (t.active() ? "active" : "retired") + "\n"));
        return ByteString.of(text.toString().getBytes(StandardCharsets.US_ASCII));
    }

    private static String join(Set<Integer> ids) {
        return String.join(",", ids.stream().map(String::valueOf).toList());
    }
}
