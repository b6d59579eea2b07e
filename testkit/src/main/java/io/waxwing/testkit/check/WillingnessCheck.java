package io.waxwing.testkit.check;

import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.simplex.BlockHeader;
import io.waxwing.ledger.simplex.Certificate;
import io.waxwing.ledger.simplex.Chain;
import io.waxwing.ledger.simplex.Effects;
import io.waxwing.ledger.simplex.Message;
import io.waxwing.ledger.simplex.Proposal;
import io.waxwing.ledger.simplex.Vote;
import io.waxwing.ledger.simplex.VoteRecord;
import io.waxwing.testkit.sim.SimNode;
import io.waxwing.testkit.sim.Violation;
import io.waxwing.testkit.sim.Watcher;
import io.waxwing.testkit.sim.World;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Liveness in the small: an honest node that hears the first proposal of its current view, fully justified, on a parent
 * it has, valid and in time, votes for it at once, whether or not it has nullified the view before. Without that, a
 * view can be stuck between a notarization and a nullification that both lack votes.
 */
public final class WillingnessCheck implements Watcher {
    private static final long FUTURE_MS = 500;
    private static final long KEPT_VIEWS = 8;

    private final World world;
    private final Map<Integer, Set<Long>> proposalsHeard = new HashMap<>();
    private final Map<Integer, Block> due = new HashMap<>();
    private long votesDue;

    public WillingnessCheck(World world) {
        this.world = world;
    }

    @Override
    public void booted(SimNode node) {
        Set<Long> views = new HashSet<>();
        // In a view of an earlier life it may have heard another proposal, or voted already.
        for (VoteRecord record : node.disk().votes().found()) {
            if (record instanceof VoteRecord.Enter enter) {
                views.add(enter.view());
            }
        }
        proposalsHeard.put(node.address(), views);
        due.remove(node.address());
    }

    @Override
    public void hears(SimNode node, int from, Message message) {
        if (!node.isHonest() || !(message instanceof Proposal proposal)) {
            return;
        }
        Set<Long> views = proposalsHeard.computeIfAbsent(node.address(), key -> new HashSet<>());
        boolean first = views.add(proposal.view());
        boolean current = node.isVoting() && proposal.view() == node.core().view();
        if (first && current && mustAccept(node, proposal.block())) {
            due.put(node.address(), proposal.block());
            votesDue++;
        }
    }

    private boolean mustAccept(SimNode node, Block block) {
        BlockHeader header = block.header();
        List<Block> path = path(node, header.parentId());
        if (path == null || !block.configs().isEmpty() || !block.evidence().isEmpty()) {
            return false;
        }
        BlockHeader parent =
                path.isEmpty() ? root(node) : path.get(path.size() - 1).header();
        boolean inTime = header.timeMs() > parent.timeMs()
                && header.timeMs() <= node.now().wallMs() + FUTURE_MS;
        boolean placed = header.height() == parent.height() + 1 && header.parentView() == parent.view();
        if (!inTime || !placed || !isJustified(block, path.isEmpty())) {
            return false;
        }
        Chain.Tip tip = node.ledger().after(path);
        boolean onTip = header.parentTreeSize() == tip.treeSize()
                && header.parentTreeRoot().equals(tip.treeRoot());
        boolean ended = path.stream().anyMatch(Block::endsEpoch);
        return onTip && !ended && node.ledger().isValid(path, block);
    }

    private BlockHeader root(SimNode node) {
        var last = node.disk().blocks().lastApplied();
        return last == null ? world.base() : last.block().header();
    }

    private @Nullable List<Block> path(SimNode node, Hash parentId) {
        List<Block> path = new ArrayList<>();
        Hash root = root(node).blockId();
        Hash at = parentId;
        while (!at.equals(root)) {
            Block block = node.disk().blocks().find(at);
            if (block == null || block.header().height() <= root(node).height()) {
                return null;
            }
            if (block.header().view() < node.core().view() - KEPT_VIEWS) {
                // Forgotten in memory if nobody showed a certificate in time; the core asks its peers for it.
                return null;
            }
            path.add(block);
            at = block.header().parentId();
        }
        Collections.reverse(path);
        return path;
    }

    /** By the certificates that came with it alone; on the last applied block the parent needs none. */
    private static boolean isJustified(Block block, boolean onRoot) {
        BlockHeader header = block.header();
        boolean parent = onRoot;
        Set<Long> nullified = new HashSet<>();
        for (Certificate certificate : block.justify()) {
            parent |= certificate.type() != Vote.Type.NULLIFY
                    && certificate.blockId().equals(header.parentId());
            if (certificate.type() == Vote.Type.NULLIFY) {
                nullified.add(certificate.view());
            }
        }
        for (long view = header.parentView() + 1; view < header.view(); view++) {
            if (!nullified.contains(view)) {
                return false;
            }
        }
        return parent;
    }

    @Override
    public void stepped(SimNode node, Effects effects) {
        Block block = due.remove(node.address());
        if (block == null) {
            return;
        }
        long view = block.header().view();
        Hash blockId = block.blockId();
        boolean voted = effects.persistFirst().stream()
                .anyMatch(record -> record instanceof VoteRecord.Notarized notarized
                        && notarized.view() == view
                        && notarized.blockId().equals(blockId));
        // It may have found in the same step that the view is over, or that it should not vote at all.
        boolean moved = node.core().view() != view
                || !node.isVoting()
                || !effects.thenApply().isEmpty();
        if (!voted && !moved) {
            throw new Violation(
                    "a good proposal is voted for",
                    "node " + node.address() + " heard a justified, valid proposal in view " + view
                            + " and did not notarize it");
        }
    }

    /** How often the law had something to say. */
    public long votesDue() {
        return votesDue;
    }
}
