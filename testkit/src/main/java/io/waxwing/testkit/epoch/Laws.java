package io.waxwing.testkit.epoch;

import io.waxwing.ledger.chain.LedgerChain;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.simplex.Evidence;
import io.waxwing.ledger.simplex.OwnVotes;
import io.waxwing.ledger.simplex.SignedVote;
import io.waxwing.ledger.simplex.VoteRecord;
import io.waxwing.testkit.sim.Violation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What must be true after every step, whatever the epoch. Remembers for ever what a node may lose. */
final class Laws {
    private final List<Hash> blocks = new ArrayList<>();
    private final List<Hash> roots = new ArrayList<>();
    private final Set<Hash> approved = new HashSet<>();
    private final Map<String, OwnVotes> bound = new HashMap<>();
    private final Map<Integer, Long> epochs = new HashMap<>();

    /** Heights begin with genesis. */
    Laws(Block genesis, Hash root) {
        blocks.add(genesis.blockId());
        roots.add(root);
    }

    /** Enough operators have approved exactly that. */
    void approve(ConfigLeaf config) {
        approved.add(config.configHash());
    }

    void applied(EpochNode node, Block block, LedgerChain.Final last) {
        int height = (int) block.header().height();
        if (height == blocks.size()) {
            blocks.add(block.blockId());
            roots.add(last.root());
        }
        boolean agrees = height < blocks.size()
                && blocks.get(height).equals(block.blockId())
                && blocks.get(height - 1).equals(block.header().parentId())
                && roots.get(height).equals(last.root());
        require(agrees, "agreement", node, "applies another block or root at height " + height);
        for (ConfigLeaf config : block.configs()) {
            require(
                    approved.contains(config.configHash()),
                    "no change without approvals",
                    node,
                    "enters epoch " + config.epoch() + " which nobody wanted");
        }
    }

    /** What the disk says from its beginning on. */
    void read(EpochNode node, List<VoteRecord> found) {
        epochs.put(node.member(), 0L);
        found.forEach(record -> forced(node, record));
    }

    void forced(EpochNode node, VoteRecord record) {
        if (record instanceof VoteRecord.Epoch entered) {
            epochs.merge(node.member(), entered.epoch(), Math::max);
        } else if (record instanceof VoteRecord.Proposed vote) {
            OwnVotes own = own(node, vote.view());
            once(node, own.proposed() == null || vote.blockId().equals(own.proposed()), record);
            bind(node, vote.view(), own.withProposed(vote.blockId()));
        } else if (record instanceof VoteRecord.Notarized vote) {
            OwnVotes own = own(node, vote.view());
            once(node, own.notarized() == null || vote.blockId().equals(own.notarized()), record);
            bind(node, vote.view(), own.withNotarized(vote.blockId()));
        } else if (record instanceof VoteRecord.Nullified vote) {
            OwnVotes own = own(node, vote.view());
            once(node, own.finalized() == null, record);
            bind(node, vote.view(), own.withNullified());
        } else if (record instanceof VoteRecord.Finalized vote) {
            OwnVotes own = own(node, vote.view());
            boolean same = own.finalized() == null || vote.blockId().equals(own.finalized());
            once(node, same && !own.nullified(), record);
            bind(node, vote.view(), own.withFinalized(vote.blockId()));
        }
    }

    private OwnVotes own(EpochNode node, long view) {
        return bound.getOrDefault(place(node, epochs.getOrDefault(node.member(), 0L), view), OwnVotes.NONE);
    }

    private void bind(EpochNode node, long view, OwnVotes votes) {
        bound.put(place(node, epochs.getOrDefault(node.member(), 0L), view), votes);
    }

    private static String place(EpochNode node, long epoch, long view) {
        return node.member() + " " + epoch + " " + view;
    }

    private static void once(EpochNode node, boolean holds, VoteRecord record) {
        if (!holds) {
            throw broken("honest keys do not contradict themselves", node, "records " + record);
        }
    }

    /** A vote of the node's own leaves it. */
    void said(EpochNode node, SignedVote vote) {
        OwnVotes own = bound.getOrDefault(place(node, vote.epoch(), vote.view()), OwnVotes.NONE);
        if (!own.covers(vote.type(), vote.blockId())) {
            throw broken("durable before sent", node, "says " + vote);
        }
    }

    void accused(EpochNode node, Evidence pair, boolean mayLie) {
        require(mayLie, "nobody honest is convicted", node, "has " + pair.kind() + " against " + pair.culprit());
    }

    private static void require(boolean holds, String law, EpochNode node, String text) {
        if (!holds) {
            throw broken(law, node, text);
        }
    }

    private static Violation broken(String law, EpochNode node, String text) {
        return new Violation(law, Members.name(node.member()) + " " + text);
    }

    long height() {
        return blocks.size() - 1L;
    }
}
