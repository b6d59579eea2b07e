package io.waxwing.ledger.simplex;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Who is proven to have lied. One pair per validator and kind is kept, so at most 4n; a pair waits until a block with
 * one like it is applied.
 */
final class Accusations {
    private final TreeSet<Integer> convicted;
    private final TreeSet<String> ordered = new TreeSet<>();
    private final List<Evidence> waiting = new ArrayList<>();

    Accusations(Iterable<Integer> convictedBefore) {
        this.convicted = new TreeSet<>();
        convictedBefore.forEach(convicted::add);
    }

    /** True if nothing like it was known. */
    boolean accuse(Evidence pair) {
        convicted.add(pair.culprit());
        if (ordered.contains(name(pair)) || contains(waiting, pair)) {
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
            ordered.add(name(pair));
            waiting.removeIf(other -> name(other).equals(name(pair)));
        }
    }

    boolean isConvicted(int validator) {
        return convicted.contains(validator);
    }

    int convictedCount() {
        return convicted.size();
    }

    private static boolean contains(List<Evidence> pairs, Evidence pair) {
        return pairs.stream().anyMatch(other -> name(other).equals(name(pair)));
    }

    private static String name(Evidence pair) {
        return pair.culprit() + " " + pair.kind();
    }
}
