package io.waxwing.ledger.simplex;

import java.util.List;

/** Decides whether a leader's block may be notarized: justified, on a known parent, with the right header and body. */
final class Judge {
    /** How far a block's time may be ahead of this node's clock. */
    static final long FUTURE_MS = 500;

    private final VotingRules rules;
    private final Certificates certificates;
    private final BlockTree tree;
    private final Chain chain;

    Judge(Setup setup, Certificates certificates, BlockTree tree) {
        this.rules = setup.rules();
        this.chain = setup.chain();
        this.certificates = certificates;
        this.tree = tree;
    }

    /** What is to be done about a proposal. */
    enum Answer {
        ACCEPT,
        /** Its leader has signed something that can never be valid. */
        REJECT,
        /** Parent or gap have no certificates here: as if there were no proposal. */
        UNJUSTIFIED,
        /** The parent's body is on its way. */
        NO_PARENT,
        /** Its time is too far ahead. */
        EARLY
    }

    Answer judge(Block block, Now now) {
        BlockHeader header = block.header();
        if (!isJustified(header)) {
            return Answer.UNJUSTIFIED;
        }
        List<Block> path = tree.path(header.parentId());
        if (path == null) {
            return Answer.NO_PARENT;
        }
        BlockTree.Node node = tree.put(header.blockId(), block);
        if (node.valid() == null) {
            node.judged(isValid(block, path));
        }
        if (!Boolean.TRUE.equals(node.valid())) {
            return Answer.REJECT;
        }
        return isDue(header, parent(path), now.wallMs()) ? Answer.ACCEPT : Answer.EARLY;
    }

    boolean isJustified(BlockHeader header) {
        BlockHeader root = tree.root();
        boolean onRoot = header.parentId().equals(tree.rootId()) && header.parentView() == root.view();
        return (onRoot || certificates.isCertified(header.parentView(), header.parentId()))
                && rules.gapCovered(header.parentView(), header.view(), certificates::isNullified);
    }

    private boolean isValid(Block block, List<Block> path) {
        BlockHeader header = block.header();
        BlockHeader parent = parent(path);
        if (header.height() != parent.height() + 1
                || header.timeMs() <= parent.timeMs()
                || header.parentView() != parent.view()) {
            return false;
        }
        List<Block> executed = executed(path);
        Chain.Tip tip = chain.after(executed);
        if (header.parentTreeSize() != tip.treeSize()
                || !header.parentTreeRoot().equals(tip.treeRoot())) {
            return false;
        }
        boolean ended = !executed.isEmpty() && executed.get(executed.size() - 1).endsEpoch();
        return ended ? block.isEmpty() : chain.isValid(executed, block);
    }

    private BlockHeader parent(List<Block> path) {
        return path.isEmpty() ? tree.root() : path.get(path.size() - 1).header();
    }

    /**
     * Not far ahead of this clock; the smallest step after the parent is always allowed, or a clock set back would stop
     * the ledger until it has caught up.
     */
    private static boolean isDue(BlockHeader header, BlockHeader parent, long wallMs) {
        return header.timeMs() <= wallMs + FUTURE_MS || header.timeMs() == parent.timeMs() + 1;
    }

    /** What of the path is executed: a block that ends the epoch is the last, those after it order nothing. */
    static List<Block> executed(List<Block> path) {
        for (int i = 0; i < path.size(); i++) {
            if (path.get(i).endsEpoch()) {
                return path.subList(0, i + 1);
            }
        }
        return path;
    }
}
