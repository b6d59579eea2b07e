package io.waxwing.testkit.check;

import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.simplex.BlockHeader;
import io.waxwing.ledger.simplex.Certificate;
import io.waxwing.ledger.simplex.Effects;
import io.waxwing.ledger.simplex.Message;
import io.waxwing.ledger.simplex.Proposal;
import io.waxwing.ledger.simplex.SignedVote;
import io.waxwing.ledger.simplex.Vote;
import io.waxwing.ledger.simplex.VoteRecord;
import io.waxwing.testkit.sim.SimNode;
import io.waxwing.testkit.sim.Violation;
import io.waxwing.testkit.sim.Watcher;
import io.waxwing.testkit.sim.World;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every vote there is, as nobody inside can know it: what honest nodes have on their disks and what liars have said.
 * From it follows what is really notarized, nullified and final, whether or not any node has noticed. Laws: a
 * certificate holds only votes that were given; two blocks of one height are never both final.
 */
public final class Tally implements Watcher {
    private final World world;
    private final int quorum;
    private final Map<Long, ViewTally> views = new HashMap<>();
    private final Map<Hash, BlockHeader> headers = new HashMap<>();
    private final List<Hash> finals = new ArrayList<>();
    private final List<Hash> finalWithoutHeader = new ArrayList<>();

    public Tally(World world) {
        this.world = world;
        this.quorum = world.validators().quorum();
        finals.add(world.base().blockId());
        headers.put(world.base().blockId(), world.base());
    }

    private static final class ViewTally {
        private final List<Count> counts = new ArrayList<>(4);
    }

    private static final class Count {
        private final Vote.Type type;
        private final Hash blockId;
        private long voters;

        Count(Vote.Type type, Hash blockId) {
            this.type = type;
            this.blockId = blockId;
        }
    }

    @Override
    public void forced(SimNode node, List<VoteRecord> records) {
        int voter = node.identity();
        for (VoteRecord record : records) {
            if (record instanceof VoteRecord.Proposed proposed) {
                count(Vote.Type.PROPOSE, proposed.view(), proposed.blockId(), voter);
            } else if (record instanceof VoteRecord.Notarized notarized) {
                count(Vote.Type.NOTARIZE, notarized.view(), notarized.blockId(), voter);
            } else if (record instanceof VoteRecord.Nullified nullified) {
                count(Vote.Type.NULLIFY, nullified.view(), Hash.ZERO, voter);
            } else if (record instanceof VoteRecord.Finalized finalized) {
                count(Vote.Type.FINALIZE, finalized.view(), finalized.blockId(), voter);
            }
        }
    }

    @Override
    public void booted(SimNode node) {
        // Written but never confirmed as forced, and yet on the disk after the crash.
        forced(node, node.disk().votes().found());
    }

    @Override
    public void stepped(SimNode node, Effects effects) {
        // A block can become final though its proposal was never sent: with one validator, for example.
        effects.storeFirst().forEach(this::learn);
    }

    @Override
    public void said(SimNode node, Message message) {
        if (message instanceof SignedVote vote) {
            heardOf(node, vote);
        } else if (message instanceof Proposal proposal) {
            heardOf(node, proposal.statement());
            learn(proposal.block());
        } else if (message instanceof Certificate certificate && node.isHonest()) {
            requireReal(node, certificate);
        }
    }

    private void heardOf(SimNode node, SignedVote vote) {
        // What an honest node says is on its disk already; another law sees to that.
        if (!node.isHonest() && vote.voter() == node.identity()) {
            count(vote.type(), vote.view(), vote.blockId(), vote.voter());
        }
    }

    private void count(Vote.Type type, long view, Hash blockId, int voter) {
        ViewTally tally = views.computeIfAbsent(view, key -> new ViewTally());
        Count count = find(tally, type, blockId);
        if (count == null) {
            count = new Count(type, blockId);
            tally.counts.add(count);
        }
        boolean before = Long.bitCount(count.voters) >= quorum;
        count.voters |= 1L << voter;
        if (!before && type == Vote.Type.FINALIZE && Long.bitCount(count.voters) >= quorum) {
            becameFinal(blockId);
        }
    }

    private static @Nullable Count find(ViewTally tally, Vote.Type type, Hash blockId) {
        for (Count count : tally.counts) {
            if (count.type == type && count.blockId.equals(blockId)) {
                return count;
            }
        }
        return null;
    }

    private long voters(Vote.Type type, long view, Hash blockId) {
        ViewTally tally = views.get(view);
        Count count = tally == null ? null : find(tally, type, blockId);
        return count == null ? 0 : count.voters;
    }

    /** True if a quorum has given that vote. */
    public boolean isCertified(Vote.Type type, long view, Hash blockId) {
        return Long.bitCount(voters(type, view, blockId)) >= quorum;
    }

    /** True if a quorum left the view: notarized or finalized any block of it, or nullified it. */
    public boolean mayBeLeft(long view) {
        ViewTally tally = views.get(view);
        if (view == world.base().view()) {
            return true;
        }
        return tally != null
                && tally.counts.stream()
                        .anyMatch(count -> count.type != Vote.Type.PROPOSE && Long.bitCount(count.voters) >= quorum);
    }

    private void requireReal(SimNode node, Certificate certificate) {
        long given = voters(certificate.type(), certificate.view(), certificate.blockId());
        byte[] bitmap = certificate.voters().toBytes();
        long named = 0;
        for (int i = 0; i < bitmap.length; i++) {
            named |= (bitmap[i] & 0xffL) << (8 * i);
        }
        if ((named & ~given) != 0 || Long.bitCount(named) < quorum) {
            throw new Violation(
                    "certificates are real",
                    "node " + node.address() + " shows " + certificate.type() + " of view " + certificate.view()
                            + " by " + Long.toBinaryString(named) + ", but " + Long.toBinaryString(given)
                            + " gave that vote");
        }
    }

    private void learn(Block block) {
        Hash blockId = block.blockId();
        if (headers.putIfAbsent(blockId, block.header()) == null && finalWithoutHeader.remove(blockId)) {
            becameFinal(blockId);
        }
    }

    private void becameFinal(Hash blockId) {
        BlockHeader header = headers.get(blockId);
        if (header == null) {
            finalWithoutHeader.add(blockId);
            return;
        }
        Hash at = blockId;
        while (header != null && header.height() >= finals.size()) {
            at = header.parentId();
            header = headers.get(at);
        }
        BlockHeader top = headers.get(blockId);
        if (header == null || top == null) {
            throw new Violation(
                    "finals have ancestors", "block " + blockId + " is final, but its ancestor " + at + " unknown");
        }
        if (!finals.get((int) header.height()).equals(at)) {
            throw new Violation(
                    "one final block a height",
                    "at height " + header.height() + " both " + finals.get((int) header.height()) + " and " + at
                            + " are final by votes that were given");
        }
        append(blockId, top);
    }

    private void append(Hash blockId, BlockHeader top) {
        List<Hash> tail = new ArrayList<>();
        Hash at = blockId;
        BlockHeader header = top;
        while (header.height() >= finals.size()) {
            tail.add(at);
            at = header.parentId();
            header = headers.getOrDefault(at, world.base());
        }
        for (int i = tail.size() - 1; i >= 0; i--) {
            finals.add(tail.get(i));
        }
    }
}
