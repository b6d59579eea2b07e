package io.waxwing.testkit.check;

import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.simplex.Certificate;
import io.waxwing.ledger.simplex.Effects;
import io.waxwing.ledger.simplex.Effects.FinalBlock;
import io.waxwing.ledger.simplex.Simplex;
import io.waxwing.ledger.simplex.Vote;
import io.waxwing.testkit.sim.SimNode;
import io.waxwing.testkit.sim.Violation;
import io.waxwing.testkit.sim.Watcher;
import io.waxwing.testkit.sim.World;
import java.util.ArrayList;
import java.util.List;

/**
 * Law 1: honest nodes apply the same block at every height, each once, in order; and only what a quorum has notarized
 * and, itself or a descendant, finalized.
 */
public final class AgreementCheck implements Watcher {
    private final World world;
    private final Tally tally;
    private final List<Hash> agreed = new ArrayList<>();

    public AgreementCheck(World world, Tally tally) {
        this.world = world;
        this.tally = tally;
        agreed.add(world.base().blockId());
    }

    @Override
    public void stepped(SimNode node, Effects effects) {
        if (node.isHonest() && node.core().standing() == Simplex.Standing.HALTED) {
            throw new Violation(
                    "nobody honest halts", node(node) + " halts: " + node.core().reason());
        }
    }

    @Override
    public void applied(SimNode node, FinalBlock last) {
        if (!node.isHonest()) {
            return;
        }
        long height = last.block().header().height();
        Hash blockId = last.block().blockId();
        long before = world.base().height() + node.disk().blocks().applied().size() - 1L;
        if (height != before + 1) {
            throw new Violation(
                    "final once and in order", node(node) + " applies height " + height + " after " + before);
        }
        if (height < agreed.size() && !agreed.get((int) height).equals(blockId)) {
            throw new Violation(
                    "agreement",
                    node(node) + " applies " + blockId + " at height " + height + ", others "
                            + agreed.get((int) height));
        }
        if (!last.block().header().parentId().equals(agreed.get((int) height - 1))) {
            throw new Violation("agreement", node(node) + " applies a block at " + height + " with another parent");
        }
        if (height == agreed.size()) {
            agreed.add(blockId);
        }
        requireCertified(node, last);
    }

    private void requireCertified(SimNode node, FinalBlock last) {
        Certificate finalization = last.finalization();
        boolean real = finalization.type() == Vote.Type.FINALIZE
                && tally.isCertified(Vote.Type.FINALIZE, finalization.view(), finalization.blockId());
        if (!real) {
            throw new Violation("finalized by a quorum", node(node) + " applies by a finalization nobody gave");
        }
        long view = last.block().header().view();
        if (!tally.isCertified(Vote.Type.NOTARIZE, view, last.block().blockId())) {
            throw new Violation(
                    "finalized implies notarized", node(node) + " applies what is not notarized in " + view);
        }
    }

    private static String node(SimNode node) {
        return "node " + node.address();
    }

    /** How many blocks are final at some honest node. */
    public int height() {
        return agreed.size() - 1;
    }
}
