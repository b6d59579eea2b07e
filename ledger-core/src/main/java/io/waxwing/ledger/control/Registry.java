package io.waxwing.ledger.control;

import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
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
 * node &lt;originId&gt; &lt;host:port&gt; &lt;pin&gt;
 * audience &lt;audienceId&gt; quorum|origin|all &lt;institution id&gt;[,&lt;institution id&gt;]*
 * topic &lt;tag&gt; &lt;audienceId&gt; active|retired
 * parameter challenge-blocks &lt;blocks&gt;
 * parameter challenge-time &lt;milliseconds&gt;
 * parameter time &lt;milliseconds since 1970&gt;
 * </pre>
 *
 * Keys are 32-byte Ed25519 keys, canonical and not of small order; tags and pins have 32 bytes; all in hexadecimal. No
 * two institutions have one name. A tag without a line belongs to any audience. A node line says where the node of that
 * origin listens for other institutions and which TLS key it shows: the pin is SHA-256 of the key's
 * SubjectPublicKeyInfo, so a new certificate of the same key keeps it. A ledger of one has no node lines and no
 * parameter; in every other the time is that of its first block, and the two others say how long a challenge runs if
 * not as {@link ChallengeTerms#DEFAULT}.
 */
public final class Registry {
    private final Map<Integer, Institution> institutions;
    private final Map<Integer, Origin> origins;
    private final Map<Integer, Node> nodes;
    private final Map<Long, Audience> audiences;
    private final Map<Hash, Topic> topics;

    private final @Nullable Long genesisTimeMs;
    private final ChallengeTerms challengeTerms;

    Registry(Items items) {
        this.institutions = Collections.unmodifiableMap(new TreeMap<>(items.institutions));
        this.origins = Collections.unmodifiableMap(new TreeMap<>(items.origins));
        this.nodes = Collections.unmodifiableMap(new TreeMap<>(items.nodes));
        this.audiences = Collections.unmodifiableMap(new TreeMap<>(items.audiences));
        this.topics = Collections.unmodifiableMap(new TreeMap<>(items.topics));
        this.genesisTimeMs = items.genesisTimeMs;
        this.challengeTerms = items.challengeTerms;
    }

    /** What a registry is made of, collected in any order. */
    static final class Items {
        final Map<Integer, Institution> institutions = new HashMap<>();
        final Map<Integer, Origin> origins = new HashMap<>();
        final Map<Integer, Node> nodes = new HashMap<>();
        final Map<Long, Audience> audiences = new HashMap<>();
        final Map<Hash, Topic> topics = new HashMap<>();

        @Nullable Long genesisTimeMs;

        ChallengeTerms challengeTerms = ChallengeTerms.DEFAULT;

        Items add(Institution institution) {
            institutions.put(institution.id(), institution);
            return this;
        }

        Items add(Origin origin) {
            origins.put(origin.originId(), origin);
            return this;
        }

        Items add(Node node) {
            nodes.put(node.originId(), node);
            return this;
        }

        Items add(Audience audience) {
            audiences.put(audience.audienceId(), audience);
            return this;
        }
    }

    /** A copy to be changed. */
    Items items() {
        Items copy = new Items();
        copy.institutions.putAll(institutions);
        copy.origins.putAll(origins);
        copy.nodes.putAll(nodes);
        copy.audiences.putAll(audiences);
        copy.topics.putAll(topics);
        copy.genesisTimeMs = genesisTimeMs;
        copy.challengeTerms = challengeTerms;
        return copy;
    }

    /** A member of the consortium. */
    public record Institution(
            int id, String name, boolean validator, ByteString voteKey, ByteString cosignerKey, ByteString logKey) {}

    /** A publishing node of an institution. */
    public record Origin(int originId, int institutionId, boolean active, ByteString key) {}

    /** Where an origin's node is reached by other institutions, and H(SubjectPublicKeyInfo) of its TLS key. */
    public record Node(int originId, PeerAddress address, Hash pin) {}

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

        /** The word in the registry's text. */
        public String word() {
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

    /** Null for an origin whose node other institutions do not connect to. */
    public @Nullable Node node(int originId) {
        return nodes.get(originId);
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

    /** All of them, in the order of their ids. */
    public List<Institution> institutions() {
        return List.copyOf(institutions.values());
    }

    /** All of them, retired ones too, in the order of their ids. */
    public List<Origin> origins() {
        return List.copyOf(origins.values());
    }

    /** Those of one institution, retired ones too, in the order of their ids. */
    public List<Origin> originsOf(int institutionId) {
        return origins.values().stream()
                .filter(origin -> origin.institutionId() == institutionId)
                .toList();
    }

    /** True for an institution that may write; one that was removed has lines, but no active origin. */
    public boolean isMember(int institutionId) {
        return originsOf(institutionId).stream().anyMatch(Origin::active);
    }

    /**
     * Of an institution's nodes the one that votes and speaks for it: that with the smallest active originId, before
     * others one that the registry says how to reach. Its further nodes follow. Null for one that has none.
     */
    public @Nullable Integer mainNode(int institutionId) {
        Integer first = null;
        for (Origin origin : originsOf(institutionId)) {
            if (origin.active() && nodes.containsKey(origin.originId())) {
                return origin.originId();
            }
            first = first == null && origin.active() ? Integer.valueOf(origin.originId()) : first;
        }
        return first;
    }

    /** True for the node by which its institution votes. */
    public boolean isMainNode(int originId) {
        Origin origin = origins.get(originId);
        return origin != null && Integer.valueOf(originId).equals(mainNode(origin.institutionId()));
    }

    /** All of them, in the order of their origins' ids. */
    public List<Node> nodes() {
        return List.copyOf(nodes.values());
    }

    /** All of them, in the order of their ids. */
    public List<Audience> audiences() {
        return List.copyOf(audiences.values());
    }

    /** All of them, in the order of their tags. */
    public List<Topic> topics() {
        return List.copyOf(topics.values());
    }

    /** Time of the first block in milliseconds since 1970; null in a ledger of one. */
    public @Nullable Long genesisTimeMs() {
        return genesisTimeMs;
    }

    /** How long a challenge runs. */
    public ChallengeTerms challengeTerms() {
        return challengeTerms;
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
        nodes.values().forEach(n -> text.append("node " + n.originId() + " " + n.address() + " " + n.pin() + "\n"));
        audiences
                .values()
                .forEach(a -> text.append("audience " + a.audienceId() + " "
                        + a.availability().word() + " " + join(a.institutionIds()) + "\n"));
        topics.values()
                .forEach(t -> text.append(
                        "topic " + t.tag() + " " + t.audienceId() + " " + (t.active() ? "active" : "retired") + "\n"));
        if (challengeTerms.blocks() != ChallengeTerms.DEFAULT.blocks()) {
            text.append("parameter challenge-blocks " + challengeTerms.blocks() + "\n");
        }
        if (challengeTerms.timeMs() != ChallengeTerms.DEFAULT.timeMs()) {
            text.append("parameter challenge-time " + challengeTerms.timeMs() + "\n");
        }
        if (genesisTimeMs != null) {
            text.append("parameter time " + genesisTimeMs + "\n");
        }
        return ByteString.of(text.toString().getBytes(StandardCharsets.US_ASCII));
    }

    private static String join(Set<Integer> ids) {
        return String.join(",", ids.stream().map(String::valueOf).toList());
    }
}
