package io.waxwing.ledger.simplex;

import io.waxwing.ledger.failure.Invariant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Builds this node's block: on the newest notarized parent that can be justified, with what waits. */
final class Proposer {
    // With so many blocks not final, more load would not help them become final.
    private static final int MAX_UNSETTLED = 16;

    private final Validators validators;
    private final int self;
    private final Chain chain;
    private final Certificates certificates;
    private final BlockTree tree;
    private final Accusations accusations;

    Proposer(Setup setup, Certificates certificates, BlockTree tree, Accusations accusations) {
        this.validators = setup.validators();
        this.self = setup.self();
        this.chain = setup.chain();
        this.certificates = certificates;
        this.tree = tree;
        this.accusations = accusations;
    }

    private record Parent(
            BlockHeader header, List<Block> path, @Nullable Certificate certificate) {}

    private record Body(Chain.Content content, List<Evidence> evidence) {}

    /**
     * A block for that view, or null if nothing is to be proposed now or no parent can be justified yet.
     *
     * @param filler true if an empty block is worth it, only to make its ancestors final
     */
    @Nullable Block propose(long view, boolean filler, long wallMs) {
        Parent parent = parent(view);
        Body body = parent == null ? null : body(parent, filler);
        return parent == null || body == null ? null : block(view, parent, body, wallMs);
    }

    /** The lowest view below that one without any certificate, which stands in the way of a proposal; -1 for none. */
    long gap(long view) {
        long from = certificates.progressView() + 1;
        long gap = certificates.firstGap(from, view);
        return gap == view ? -1 : gap;
    }

    private @Nullable Parent parent(long view) {
        BlockHeader root = tree.root();
        if (certificates.settledView() > root.view()) {
            // Something newer than the root is final: every valid block stands on that.
            return null;
        }
        for (long below = view - 1; below > root.view(); below--) {
            Certificate notarization = certificates.notarization(below);
            List<Block> path = notarization == null ? null : tree.path(notarization.blockId());
            if (notarization != null && path != null && !path.isEmpty()) {
                return new Parent(path.get(path.size() - 1).header(), path, notarization);
            }
            if (!certificates.isNullified(below)) {
                return null;
            }
        }
        Certificate finalization = certificates.finalization();
        boolean ofRoot = finalization != null && finalization.blockId().equals(tree.rootId());
        return new Parent(root, List.of(), ofRoot ? finalization : null);
    }

    private @Nullable Body body(Parent parent, boolean filler) {
        List<Block> path = parent.path();
        Body empty = new Body(Chain.Content.EMPTY, List.of());
        boolean ended = Judge.executed(path).size() < path.size()
                || (!path.isEmpty() && path.get(path.size() - 1).endsEpoch());
        if (ended || path.size() >= MAX_UNSETTLED) {
            return filler ? empty : null;
        }
        Chain.Content content = chain.pending() ? chain.content(path) : null;
        List<Evidence> evidence = accusations.unordered(path);
        boolean heartbeat = content != null && path.isEmpty();
        boolean orders = content != null && !content.isEmpty();
        if (orders || heartbeat || !evidence.isEmpty()) {
            return new Body(content == null ? Chain.Content.EMPTY : content, evidence);
        }
        return filler && !path.isEmpty() ? empty : null;
    }

    private Block block(long view, Parent parent, Body body, long wallMs) {
        Chain.Tip tip = chain.after(Judge.executed(parent.path()));
        Chain.Content content = body.content();
        BlockHeader header = new BlockHeader(
                validators.ledgerId(),
                validators.epoch(),
                view,
                parent.header().height() + 1,
                parent.header().blockId(),
                parent.header().view(),
                validators.members().get(self).institutionId(),
                Math.max(wallMs, parent.header().timeMs() + 1),
                Block.batchesRoot(content.batches()),
                content.batches().size(),
                Block.evidenceRoot(content.configs(), content.joins(), content.disputes(), body.evidence()),
                tip.treeSize(),
                tip.treeRoot());
        Block block = new Block(
                header,
                justify(view, parent),
                content.batches(),
                content.configs(),
                body.evidence(),
                content.joins(),
                content.disputes());
        int bytes = block.encode().length;
        Invariant.check(bytes <= Block.MAX_BYTES, "a block fits into its limit", bytes, Block.MAX_BYTES);
        return block;
    }

    /** The parent's certificate, then the newest nullifications of the gap; voters ask for what does not fit. */
    private List<Certificate> justify(long view, Parent parent) {
        List<Certificate> justify = new ArrayList<>();
        if (parent.certificate() != null) {
            justify.add(parent.certificate());
        }
        for (long below = view - 1; below > parent.header().view() && justify.size() < Block.MAX_JUSTIFY; below--) {
            Certificate nullification = certificates.nullification(below);
            if (nullification != null) {
                justify.add(nullification);
            }
        }
        return justify;
    }
}
