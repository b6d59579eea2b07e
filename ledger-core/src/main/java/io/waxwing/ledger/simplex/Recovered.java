package io.waxwing.ledger.simplex;

import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a node finds on its disk when it starts in an epoch.
 *
 * @param history the folded vote log; empty for an observer. The core copies what it needs
 * @param keyHasHistory true if the signing key is known to have voted on this ledger before, whatever the log says
 * @param base the block the epoch stands on: genesis, or the block that carried the epoch's CONFIG
 * @param lastApplied the last block that was applied, {@code base} if none of this epoch was
 * @param finalization the certificate stored with {@code lastApplied}, null for {@code base}
 * @param stored bodies that were stored and are above {@code lastApplied}, in any order
 * @param convicted evidence in applied blocks against validators of this epoch
 */
public record Recovered(
        VoteHistory history,
        boolean keyHasHistory,
        BlockHeader base,
        BlockHeader lastApplied,
        @Nullable Certificate finalization,
        List<Block> stored,
        SortedSet<Conviction> convicted) {
    public Recovered {
        stored = List.copyOf(stored);
        convicted = Collections.unmodifiableSortedSet(new TreeSet<>(convicted));
    }

    /** A node that has nothing but the block its epoch stands on. */
    public static Recovered fresh(BlockHeader base) {
        return new Recovered(new VoteHistory(), false, base, base, null, List.of(), new TreeSet<>());
    }
}
