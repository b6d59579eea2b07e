package io.waxwing.ledger.simplex;

import io.waxwing.ledger.hash.Hash;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The blocks above the last applied one, by verified id. */
final class BlockTree {
    private final TreeMap<Hash, Node> nodes = new TreeMap<>();
    private BlockHeader root;
    private Hash rootId;

    BlockTree(BlockHeader root) {
        this.root = root;
        this.rootId = root.blockId();
    }

    /** A block and what this node knows of it. */
    static final class Node {
        private final Block block;
        private boolean stored;
        private boolean certified;
        private @Nullable Boolean valid;

        private Node(Block block) {
            this.block = block;
        }

        Block block() {
            return block;
        }

        /** True once it was given to the shell to be stored. */
        boolean stored() {
            return stored;
        }

        void markStored() {
            stored = true;
        }

        /** A certificate, or a certified descendant, names it: it is kept until a block of its height is final. */
        void markCertified() {
            certified = true;
        }

        /** Null until it was judged. */
        @Nullable Boolean valid() {
            return valid;
        }

        void judged(boolean isValid) {
            valid = isValid;
        }
    }

    /** The last applied block. */
    BlockHeader root() {
        return root;
    }

    /** Kept, since it is compared with at every input. */
    Hash rootId() {
        return rootId;
    }

    @Nullable Node node(Hash blockId) {
        return nodes.get(blockId);
    }

    @Nullable Block get(Hash blockId) {
        Node node = nodes.get(blockId);
        return node == null ? null : node.block;
    }

    boolean knows(Hash blockId) {
        return nodes.containsKey(blockId) || rootId.equals(blockId);
    }

    /** Files the block under the id; what is there stays. */
    Node put(Hash blockId, Block block) {
        return nodes.computeIfAbsent(blockId, id -> new Node(block));
    }

    void drop(Hash blockId) {
        nodes.remove(blockId);
    }

    /** The blocks from above the root up to that one, or null if one of them is missing. */
    @Nullable List<Block> path(Hash blockId) {
        List<Block> path = new ArrayList<>();
        Hash at = blockId;
        while (!at.equals(rootId)) {
            Block block = get(at);
            if (block == null || path.size() > nodes.size()) {
                return null;
            }
            path.add(block);
            at = block.header().parentId();
        }
        Collections.reverse(path);
        return path;
    }

    /** The nearest ancestor-or-self that is not here, or null if the root is reached within so many steps or not. */
    @Nullable Hash missing(Hash blockId, int maxDepth) {
        Hash at = blockId;
        for (int depth = 0; depth < maxDepth && !at.equals(rootId); depth++) {
            Block block = get(at);
            if (block == null) {
                return at;
            }
            if (block.header().height() <= root.height()) {
                return null;
            }
            at = block.header().parentId();
        }
        return null;
    }

    /** The root is applied up to this block. */
    void rebase(BlockHeader newRoot) {
        root = newRoot;
        rootId = newRoot.blockId();
        nodes.values().removeIf(node -> node.block.header().height() <= newRoot.height());
    }

    /** Forgets proposals of views before that one that no certificate names. */
    void forgetUncertified(long beforeView) {
        nodes.values().removeIf(node -> !node.certified && node.block.header().view() < beforeView);
    }

    int size() {
        return nodes.size();
    }
}
