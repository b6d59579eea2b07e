package io.waxwing.testkit.check;

import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.simplex.Certificate;
import io.waxwing.ledger.simplex.Message;
import io.waxwing.ledger.simplex.OwnVotes;
import io.waxwing.ledger.simplex.Proposal;
import io.waxwing.ledger.simplex.SignedVote;
import io.waxwing.ledger.simplex.Vote;
import io.waxwing.ledger.simplex.VoteRecord;
import io.waxwing.testkit.sim.SimNode;
import io.waxwing.testkit.sim.Violation;
import io.waxwing.testkit.sim.Watcher;
import io.waxwing.testkit.sim.World;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What honest keys bind themselves to: never two statements of a view that contradict each other, nothing sent before
 * it is on the disk, and no view entered that a quorum has not left. Remembers for ever what a node may lose.
 */
public final class VoteCheck implements Watcher {
    private final Tally tally;
    private final Map<Integer, Map<Long, OwnVotes>> bound = new HashMap<>();

    public VoteCheck(World world, Tally tally) {
        this.tally = tally;
        world.nodes().forEach(node -> bound.put(node.identity(), new HashMap<>()));
    }

    private OwnVotes of(SimNode node, long view) {
        Map<Long, OwnVotes> votes = bound.computeIfAbsent(node.identity(), key -> new HashMap<>());
        return votes.getOrDefault(view, OwnVotes.NONE);
    }

    private void bind(SimNode node, long view, OwnVotes votes) {
        bound.computeIfAbsent(node.identity(), key -> new HashMap<>()).put(view, votes);
    }

    @Override
    public void booted(SimNode node) {
        if (node.isHonest()) {
            node.disk().votes().found().forEach(record -> record(node, record));
        }
    }

    @Override
    public void forced(SimNode node, List<VoteRecord> records) {
        if (!node.isHonest()) {
            return;
        }
        for (VoteRecord record : records) {
            record(node, record);
            if (record instanceof VoteRecord.Enter enter && !tally.mayBeLeft(enter.view() - 1)) {
                throw new Violation(
                        "only certificates move the view",
                        "node " + node.address() + " enters view " + enter.view()
                                + ", but no quorum left the one before");
            }
        }
    }

    private void record(SimNode node, VoteRecord record) {
        if (record instanceof VoteRecord.Proposed proposed) {
            OwnVotes own = of(node, proposed.view());
            requireSame(
                    node, record, own.proposed() == null || proposed.blockId().equals(own.proposed()));
            bind(node, proposed.view(), own.withProposed(proposed.blockId()));
        } else if (record instanceof VoteRecord.Notarized notarized) {
            OwnVotes own = of(node, notarized.view());
            requireSame(
                    node, record, own.notarized() == null || notarized.blockId().equals(own.notarized()));
            bind(node, notarized.view(), own.withNotarized(notarized.blockId()));
        } else if (record instanceof VoteRecord.Nullified nullified) {
            OwnVotes own = of(node, nullified.view());
            requireSame(node, record, own.finalized() == null);
            bind(node, nullified.view(), own.withNullified());
        } else if (record instanceof VoteRecord.Finalized finalized) {
            OwnVotes own = of(node, finalized.view());
            boolean first = own.finalized() == null || finalized.blockId().equals(own.finalized());
            requireSame(node, record, first && !own.nullified());
            bind(node, finalized.view(), own.withFinalized(finalized.blockId()));
        }
    }

    private static void requireSame(SimNode node, VoteRecord record, boolean same) {
        if (!same) {
            throw new Violation(
                    "honest keys do not contradict themselves", "node " + node.address() + " records " + record);
        }
    }

    @Override
    public void said(SimNode node, Message message) {
        if (!node.isHonest()) {
            return;
        }
        if (message instanceof SignedVote vote) {
            requireBound(node, vote.type(), vote.view(), vote.blockId(), vote.voter());
        } else if (message instanceof Proposal proposal) {
            SignedVote vote = proposal.statement();
            requireBound(node, vote.type(), vote.view(), vote.blockId(), vote.voter());
            proposal.block().justify().forEach(certificate -> requireOwnBound(node, certificate));
        } else if (message instanceof Certificate certificate) {
            requireOwnBound(node, certificate);
        }
    }

    private void requireOwnBound(SimNode node, Certificate certificate) {
        int self = node.identity();
        byte[] bitmap = certificate.voters().toBytes();
        if (self / 8 < bitmap.length && (bitmap[self / 8] >>> (self % 8) & 1) == 1) {
            requireBound(node, certificate.type(), certificate.view(), certificate.blockId(), self);
        }
    }

    private void requireBound(SimNode node, Vote.Type type, long view, Hash blockId, int voter) {
        if (voter == node.identity() && !of(node, view).covers(type, blockId)) {
            throw new Violation(
                    "durable before sent",
                    "node " + node.address() + " sends " + type + " of view " + view + " that is not on its disk");
        }
    }
}
