package io.waxwing.ledger.dispute;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.control.Registry.Audience;
import io.waxwing.ledger.control.Registry.Origin;
import io.waxwing.ledger.grant.Grants;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.EraseLeaf;
import io.waxwing.ledger.leaf.GrantLeaf;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The ledger's state about missing payloads, and about grants. Bytes: u16 count || {@link OpenChallenge}* by rising id,
 * u16 count || (u16 origin, u64 last challenge number)*, u8 count || (32 batchId of a void batch)*, {@link KnownRoots},
 * and, only if there is any, {@link Erasures}. Immutable, so taking a block back is taking the one before. Only
 * {@link DisputeRules} makes others of it.
 */
public final class Disputes {
    public static final Disputes NONE =
            new Disputes(new TreeMap<>(), new TreeMap<>(), List.of(), KnownRoots.NONE, Erasures.NONE, Grants.NONE);

    /** Challenges of one institution that the ledger keeps at a time, whatever came of them. */
    public static final int EACH = 4;

    /** Void batches that are remembered, so that they are not challenged again. */
    private static final int MAX_VOID = 64;

    private final NavigableMap<ChallengeId, OpenChallenge> challenges;
    private final NavigableMap<Integer, Long> numbers;
    private final List<Hash> voided;
    private final KnownRoots roots;
    private final Erasures erasures;
    private final Grants grants;

    private Disputes(
            NavigableMap<ChallengeId, OpenChallenge> challenges,
            NavigableMap<Integer, Long> numbers,
            List<Hash> voided,
            KnownRoots roots,
            Erasures erasures,
            Grants grants) {
        this.challenges = challenges;
        this.numbers = numbers;
        this.voided = voided;
        this.roots = roots;
        this.erasures = erasures;
        this.grants = grants;
    }

    /** All that are kept, whatever came of them, by rising id. */
    public List<OpenChallenge> all() {
        return List.copyOf(challenges.values());
    }

    /** True if blocks are worth making so that time passes. */
    public boolean isOpen() {
        return challenges.values().stream().anyMatch(OpenChallenge::isOpen);
    }

    public @Nullable OpenChallenge get(ChallengeId id) {
        return challenges.get(id);
    }

    /** The number of the last challenge of that origin, 0 before its first. */
    public long lastNumber(int originId) {
        return numbers.getOrDefault(originId, 0L);
    }

    /** True if the events of the batch are known to be void; old verdicts are forgotten here, not in the log. */
    public boolean isVoid(Hash batchId) {
        return voided.contains(batchId);
    }

    /** A tree size beyond that many leaves whose root a proof may lead to; -1 if there is none yet. */
    public long provableSize(long leaves) {
        return roots.lastingBeyond(leaves);
    }

    @Nullable Hash rootAt(long treeSize) {
        return roots.at(treeSize);
    }

    /** Challenges of one institution. */
    long of(int institutionId, Registry registry) {
        return challenges.keySet().stream()
                .filter(id -> {
                    Origin origin = registry.origin(id.originId());
                    return origin != null && origin.institutionId() == institutionId;
                })
                .count();
    }

    /** So much time does not count for any challenge. */
    Disputes later(long milliseconds) {
        if (milliseconds == 0 || challenges.isEmpty()) {
            return this;
        }
        NavigableMap<ChallengeId, OpenChallenge> next = new TreeMap<>();
        challenges.forEach((id, challenge) -> next.put(id, challenge.later(milliseconds)));
        return new Disputes(next, numbers, voided, roots, erasures, grants);
    }

    Disputes with(OpenChallenge challenge) {
        NavigableMap<ChallengeId, OpenChallenge> next = new TreeMap<>(challenges);
        next.put(challenge.id(), challenge);
        NavigableMap<Integer, Long> counted = numbers;
        if (challenge.id().number() > lastNumber(challenge.id().originId())) {
            counted = new TreeMap<>(numbers);
            counted.put(challenge.id().originId(), challenge.id().number());
        }
        return new Disputes(next, counted, voided, roots, erasures, grants);
    }

    Disputes without(Collection<ChallengeId> ended) {
        if (ended.isEmpty()) {
            return this;
        }
        NavigableMap<ChallengeId, OpenChallenge> next = new TreeMap<>(challenges);
        ended.forEach(next::remove);
        return new Disputes(next, numbers, voided, roots, erasures, grants);
    }

    /** The time of the last order to erase of that origin, 0 before its first. */
    public long lastErasureMs(int originId) {
        return erasures.lastMs(originId);
    }

    /** An event is erased: nobody has to give it any more. */
    Disputes withErased(EraseLeaf leaf) {
        NavigableMap<ChallengeId, OpenChallenge> next = new TreeMap<>(challenges);
        next.replaceAll((id, challenge) -> challenge.isAbout(leaf)
                ? challenge.with(challenge.erased().with(leaf, challenge.batchLeafIndex()))
                : challenge);
        return new Disputes(next, numbers, voided, roots, erasures.with(leaf), grants);
    }

    /** Who may publish and subscribe to what. */
    public Grants grants() {
        return grants;
    }

    Disputes withGrant(GrantLeaf leaf, long height) {
        return with(grants.with(leaf.originId(), leaf.timeMs(), height, leaf.said()));
    }

    /** The leaf of a statement of the block that is being executed stands there. */
    public Disputes withPlace(GrantLeaf leaf, long leafIndex) {
        return with(grants.placed(leaf.said(), leafIndex));
    }

    private Disputes with(Grants next) {
        return new Disputes(challenges, numbers, voided, roots, erasures, next);
    }

    Disputes withVoid(Hash batchId) {
        List<Hash> next = new ArrayList<>(voided);
        next.add(batchId);
        return new Disputes(
                challenges,
                numbers,
                next.subList(Math.max(0, next.size() - MAX_VOID), next.size()),
                roots,
                erasures,
                grants);
    }

    /** After one more block with leaves. */
    public Disputes afterBlock(long height, long treeSize, Hash root) {
        return new Disputes(challenges, numbers, voided, roots.with(height, treeSize, root), erasures, grants);
    }

    /**
     * Under the next registry: challenges of those who left the audience or the consortium are over, and all if there
     * are to be none any more.
     */
    public Disputes under(Registry next) {
        if (!next.challengeTerms().areAllowed()) {
            return without(challenges.keySet());
        }
        List<ChallengeId> ended = new ArrayList<>();
        for (OpenChallenge challenge : challenges.values()) {
            Audience audience = next.audience(challenge.header().lane().audienceId());
            Origin challenger = next.origin(challenge.id().originId());
            boolean stays = audience != null
                    && challenger != null
                    && challenger.active()
                    && audience.institutionIds().contains(challenger.institutionId());
            if (!stays) {
                ended.add(challenge.id());
            }
        }
        return without(ended);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Disputes that
                && challenges.equals(that.challenges)
                && numbers.equals(that.numbers)
                && voided.equals(that.voided)
                && roots.equals(that.roots)
                && erasures.equals(that.erasures)
                && grants.equals(that.grants);
    }

    @Override
    public int hashCode() {
        return Objects.hash(challenges, numbers, voided, roots);
    }

    public void writeTo(ByteWriter out) {
        out.u16(challenges.size());
        challenges.values().forEach(challenge -> challenge.writeTo(out));
        out.u16(numbers.size());
        numbers.forEach((origin, number) -> out.u16(origin).u63(number));
        out.u8(voided.size());
        voided.forEach(out::hash);
        roots.writeTo(out);
        erasures.writeTo(challenges.values(), out);
        grants.writeTo(out);
    }

    /** Throws {@link io.waxwing.ledger.failure.MalformedException} if there is none. */
    public static Disputes readFrom(ByteReader in) {
        NavigableMap<ChallengeId, OpenChallenge> challenges = new TreeMap<>();
        for (int left = in.u16(); left > 0; left--) {
            OpenChallenge challenge = OpenChallenge.readFrom(in);
            challenges.put(challenge.id(), challenge);
        }
        NavigableMap<Integer, Long> numbers = new TreeMap<>();
        for (int left = in.u16(); left > 0; left--) {
            numbers.put(in.u16(), in.u63("challenge number"));
        }
        List<Hash> voided = new ArrayList<>();
        for (int left = in.u8(); left > 0; left--) {
            voided.add(in.hash());
        }
        KnownRoots roots = KnownRoots.readFrom(in);
        Erasures erasures = Erasures.readFrom(in, challenges);
        return new Disputes(challenges, numbers, voided, roots, erasures, Grants.readFrom(in));
    }
}
