package io.waxwing.ledger.merkle;

import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * MTH over records sorted by key, kept up to date as records change. A changed record costs one path; a new key costs
 * one rebuild of what lies right of it, once per call of {@link #root()}. Not for several threads.
 */
public final class SortedTree<K extends Comparable<K>> {
    private final List<K> keys = new ArrayList<>();
    // levels[0] are the leaf hashes; levels[i + 1] pairs them up, an odd last one is carried over, which is MTH.
    private final List<List<Hash>> levels = new ArrayList<>();
    // Nodes of level 0 at and right of this position are not in the levels above yet.
    private int staleFrom = Integer.MAX_VALUE;

    public SortedTree() {
        levels.add(new ArrayList<>());
    }

    public int size() {
        return keys.size();
    }

    /** Adds or replaces the record of a key. */
    public void put(K key, byte[] record) {
        Hash leafHash = Sha256.leafHash(record);
        int found = Collections.binarySearch(keys, key);
        if (found >= 0) {
            leaves().set(found, leafHash);
            if (found < staleFrom) {
                updatePath(found);
            }
            return;
        }
        int position = -found - 1;
        keys.add(position, key);
        leaves().add(position, leafHash);
        staleFrom = Math.min(staleFrom, position);
    }

    /** Takes a record out again, if there is one. */
    public void remove(K key) {
        int found = Collections.binarySearch(keys, key);
        if (found >= 0) {
            keys.remove(found);
            leaves().remove(found);
            staleFrom = Math.min(staleFrom, found);
        }
    }

    /** The root over all records; H("") for none. */
    public Hash root() {
        rebuildStale();
        List<Hash> top = levels.get(levels.size() - 1);
        return top.isEmpty() ? MerkleRoot.EMPTY : top.get(0);
    }

    /** The inclusion proof of a key's record, or null for an unknown key. */
    public @Nullable InclusionProof proof(K key) {
        rebuildStale();
        int position = Collections.binarySearch(keys, key);
        if (position < 0) {
            return null;
        }
        List<Hash> path = new ArrayList<>();
        int at = position;
        for (List<Hash> level : levels.subList(0, levels.size() - 1)) {
            int sibling = at ^ 1;
            if (sibling < level.size()) {
                path.add(level.get(sibling));
            }
            at >>>= 1;
        }
        return new InclusionProof(position, keys.size(), path);
    }

    private List<Hash> leaves() {
        return levels.get(0);
    }

    private void updatePath(int position) {
        int at = position;
        for (int i = 0; i + 1 < levels.size(); i++) {
            at >>>= 1;
            if (at < levels.get(i + 1).size()) {
                levels.get(i + 1).set(at, parent(levels.get(i), at));
            }
        }
    }

    private void rebuildStale() {
        if (staleFrom == Integer.MAX_VALUE) {
            return;
        }
        int from = staleFrom;
        int level = 0;
        while (levels.get(level).size() > 1) {
            if (levels.size() == level + 1) {
                levels.add(new ArrayList<>());
            }
            from >>>= 1;
            rebuildLevel(levels.get(level), levels.get(level + 1), from);
            level++;
        }
        levels.subList(level + 1, levels.size()).clear();
        staleFrom = Integer.MAX_VALUE;
    }

    private static void rebuildLevel(List<Hash> below, List<Hash> level, int from) {
        int size = (below.size() + 1) / 2;
        Hash[] fresh = Arrays.copyOf(level.toArray(new Hash[0]), size);
        for (int at = Math.min(from, level.size()); at < size; at++) {
            fresh[at] = parent(below, at);
        }
        level.clear();
        level.addAll(Arrays.asList(fresh));
    }

    private static Hash parent(List<Hash> below, int at) {
        int left = 2 * at;
        return left + 1 < below.size() ? Sha256.nodeHash(below.get(left), below.get(left + 1)) : below.get(left);
    }
}
