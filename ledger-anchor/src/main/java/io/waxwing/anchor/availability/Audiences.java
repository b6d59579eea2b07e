package io.waxwing.anchor.availability;

import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.control.Registry.Audience;
import io.waxwing.ledger.hash.Hash;
import java.util.Collection;
import java.util.Collections;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** The audiences that this node is in, by the registry in force. The core thread changes it; any thread reads. */
public final class Audiences {
    private final int self;
    private final LongFunction<@Nullable Hash> kept;
    private volatile SortedMap<Long, AudienceSecret> mine = Collections.emptySortedMap();

    /**
     * Those of one node.
     *
     * @param self its originId
     * @param kept gives the secret of an audience that this node is in now, or null if it does not have it yet
     */
    public Audiences(int self, Registry registry, LongFunction<@Nullable Hash> kept) {
        this.self = self;
        this.kept = kept;
        onRegistry(registry);
    }

    /** Another registry is in force: its epoch begins. Core thread. */
    public void onRegistry(Registry registry) {
        SortedMap<Long, AudienceSecret> next = new TreeMap<>();
        for (Audience audience : registry.audiences()) {
            AudienceNodes nodes = AudienceNodes.of(registry, audience.audienceId(), self);
            if (nodes == null) {
                continue;
            }
            AudienceSecret known = mine.get(audience.audienceId());
            if (known == null) {
                known = new AudienceSecret(nodes, kept.apply(audience.audienceId()));
            } else {
                known.onNodes(nodes);
            }
            next.put(audience.audienceId(), known);
        }
        mine = Collections.unmodifiableSortedMap(next);
    }

    /** This node's originId. */
    public int self() {
        return self;
    }

    /** True if this node is in that audience. */
    public boolean contains(long audienceId) {
        return mine.containsKey(audienceId);
    }

    /** Their numbers, rising. */
    public Set<Long> ids() {
        return mine.keySet();
    }

    /** The secret of an audience, or null if this node is not in it. */
    public @Nullable AudienceSecret secret(long audienceId) {
        return mine.get(audienceId);
    }

    /** All of them, in the order of their numbers. */
    public Collection<AudienceSecret> secrets() {
        return mine.values();
    }

    /** The nodes of an audience that this node is in. */
    public AudienceNodes nodes(long audienceId) {
        return Objects.requireNonNull(mine.get(audienceId), "a node asks for audiences that it is in")
                .nodes();
    }
}
