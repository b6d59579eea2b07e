package io.waxwing.ledger.snapshot;

import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.sign.SignatureCheck;
import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.simplex.BlockHeader;
import io.waxwing.ledger.simplex.Certificate;
import io.waxwing.ledger.simplex.Ending;
import io.waxwing.ledger.simplex.MessageCheck;
import io.waxwing.ledger.simplex.Validators;
import io.waxwing.ledger.simplex.Vote;
import io.waxwing.ledger.simplex.VotingRules;
import java.util.List;

/**
 * From genesis to a newer block by finalization certificates alone. The validators of epoch 0 are known; the block that
 * carries the next CONFIG is final because they signed so, which gives the validators of epoch 1, and so on. A block
 * names in its header the tree after its parent, so a final block makes the tree of its parent final. Not for several
 * threads.
 */
public final class FinalityWalk {
    /** A peer's piece of a snapshot does not hold. */
    public static final String UNPROVEN = "WXW-3157";

    private final Hash ledgerId;
    private final SignatureCheck signatures;
    private ConfigLeaf config;
    private Validators validators;

    /** Begins with the CONFIG of genesis, which is trusted. */
    public FinalityWalk(ConfigLeaf genesis, SignatureCheck signatures) {
        this.ledgerId = genesis.configHash();
        this.signatures = signatures;
        this.config = genesis;
        this.validators = Validators.of(ledgerId, genesis);
    }

    /** A tree that a quorum has agreed on, behind a block. */
    public record Summit(Block block, long treeSize, Hash root, Certificate finalization) {}

    /** The epoch it has come to. */
    public long epoch() {
        return config.epoch();
    }

    /** Its CONFIG. */
    public ConfigLeaf config() {
        return config;
    }

    /** Its validators. */
    public Validators validators() {
        return validators;
    }

    /**
     * Over the block that ends the epoch into the next one.
     *
     * @throws LedgerFailure WXW-3157 if it is not proven
     */
    public void pass(Block end, Ending why) {
        checkFinal(end.header(), why);
        require(end.header().epoch() == epoch() && end.configs().size() == 1, "it does not end epoch " + epoch());
        ConfigLeaf next = end.configs().get(0);
        boolean follows = next.epoch() == epoch() + 1
                && next.previousConfig().equals(config.configHash())
                && next.firstHeight() == end.header().height() + 1;
        require(follows, "its CONFIG does not follow that of epoch " + epoch());
        config = next;
        validators = Validators.of(ledgerId, next);
    }

    /**
     * The tree after {@code block}, which is final because a block above it, of the epoch that was reached, is.
     *
     * @param why the certificate and the headers from the block's child up
     * @throws LedgerFailure WXW-3157 if it is not proven
     */
    public Summit summit(Block block, Ending why) {
        List<BlockHeader> above = why.above();
        require(!above.isEmpty(), "the child of block " + block.header().height() + " is missing");
        checkFinal(block.header(), why);
        BlockHeader child = above.get(0);
        boolean inForce = block.endsEpoch()
                ? block.configs().get(0).equals(config)
                : block.header().epoch() == epoch();
        require(inForce, "block " + block.header().height() + " does not lead to epoch " + epoch());
        return new Summit(block, child.parentTreeSize(), child.parentTreeRoot(), why.finalization());
    }

    private void checkFinal(BlockHeader block, Ending why) {
        Certificate certificate = why.finalization();
        require(certificate.type() == Vote.Type.FINALIZE, "it needs a finalization");
        // Fresh: remembered checks are of use to nobody here.
        new MessageCheck(validators, signatures, VotingRules.PROTOCOL).check(0, certificate);
        Hash named = certificate.blockId();
        long height = block.height() + why.above().size();
        for (int i = why.above().size() - 1; i >= 0; i--) {
            BlockHeader header = why.above().get(i);
            boolean linked = header.blockId().equals(named)
                    && header.height() == height
                    && header.epoch() == epoch()
                    && header.ledgerId().equals(ledgerId);
            require(linked, "the header of block " + height + " is not the one above it names");
            named = header.parentId();
            height--;
        }
        require(
                block.blockId().equals(named) && block.ledgerId().equals(ledgerId),
                "block " + block.height() + " is not the certified one");
    }

    private static void require(boolean holds, String text) {
        if (!holds) {
            throw new LedgerFailure(UNPROVEN, text);
        }
    }
}
