package io.waxwing.ledger.simplex;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Who is proven to have lied. One pair per validator and kind is kept, so at most 4n; a pair waits until a block with
 * one like it is applied.
 */
final class Accusations {
    private final TreeSet<Integer> convicted = new TreeSet<>();
    private final TreeSet<Conviction> ordered = new TreeSet<>();
    private final List<Evidence> waiting = new ArrayList<>();

    private final IntPredicate byLedger;

    /** {@code byLedger} says whom the ledger has convicted without evidence. */
    Accusations(Iterable<Conviction> before, IntPredicate byLedger) {
        this.byLedger = byLedger;
        for (Conviction conviction : before) {
            convicted.add(conviction.validator());
            ordered.add(conviction);
        }
    }

    /** True if nothing like it was known. */
    boolean accuse(Evidence pair) {
        convicted.add(pair.culprit());
        if (ordered.contains(Conviction.of(pair)) || contains(waiting, pair)) {
            return false;
        }
        waiting.add(pair);
        return true;
    }

    /** Evidence that no block orders yet, apart from that in the blocks of the path. */
    List<Evidence> unordered(List<Block> path) {
        List<Evidence> unordered = new ArrayList<>();
        for (Evidence pair : waiting) {
            boolean inPath = path.stream().anyMatch(block -> contains(block.evidence(), pair));
            if (!inPath && unordered.size() < Block.MAX_EVIDENCE) {
                unordered.add(pair);
            }
        }
        return unordered;
    }

    boolean isWaiting() {
        return !waiting.isEmpty();
    }

    /** Pairs that wait for a block. */
    int size() {
        return waiting.size();
    }

    /** The block is applied. */
    void applied(Block block) {
        for (Evidence pair : block.evidence()) {
            convicted.add(pair.culprit());
            ordered.add(Conviction.of(pair));
            waiting.removeIf(other -> Conviction.of(other).equals(Conviction.of(pair)));
        }
    }

    /** What applied blocks say. */
    SortedSet<Conviction> ordered() {
        return new TreeSet<>(ordered);
    }

    boolean isConvicted(int validator) {
        return convicted.contains(validator) || byLedger.test(validator);
    }

    /** How many of the first so many validators are convicted. */
    int convictedOf(int validators) {
        return (int) IntStream.range(0, validators).filter(this::isConvicted).count();
    }

    private static boolean contains(List<Evidence> pairs, Evidence pair) {
        return pairs.stream().anyMatch(other -> Conviction.of(other).equals(Conviction.of(pair)));
    }
}
