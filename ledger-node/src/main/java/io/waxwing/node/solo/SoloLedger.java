package io.waxwing.node.solo;

import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.checkpoint.CheckpointAssembler;
import io.waxwing.ledger.checkpoint.CosigningRule;
import io.waxwing.ledger.checkpoint.CosigningRule.Answer;
import io.waxwing.ledger.control.Genesis;
import io.waxwing.ledger.execute.Execution;
import io.waxwing.ledger.execute.LedgerState;
import io.waxwing.ledger.execute.Order;
import io.waxwing.ledger.failure.Invariant;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.merkle.Tile;
import io.waxwing.ledger.merkle.TileBuffer;
import io.waxwing.ledger.note.Checkpoint;
import io.waxwing.ledger.note.Cosignature;
import io.waxwing.ledger.note.SignedNote;
import io.waxwing.ledger.sign.SignatureCheck;
import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.simplex.BlockHeader;
import io.waxwing.ledger.simplex.Certificate;
import io.waxwing.ledger.simplex.Vote;
import io.waxwing.ledger.simplex.VoteRecord;
import io.waxwing.ledger.simplex.VoteRecord.Cosigned;
import io.waxwing.ledger.spi.LedgerStore;
import io.waxwing.ledger.spi.PublishedCheckpoint;
import io.waxwing.ledger.spi.VoteLog;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A ledger of one: every block is proposed, notarized and finalized by the same key, but through the same bytes, the
 * same vote log and the same execution as with n validators. {@link SoloStart} opens it. One thread.
 */
public final class SoloLedger {
    private static final ByteString SOLE_VOTER = ByteString.of(new byte[] {1});

    private final SoloIdentity identity;
    private final SignatureCheck check;
    private final LedgerStore store;
    private final VoteLog log;
    private final LedgerState state;
    private final TileBuffer tiles;
    private final CosigningRule cosigning;
    private BlockHeader last;
    private long view;
    private @Nullable Turn open;

    SoloLedger(
            SoloIdentity identity,
            SignatureCheck check,
            LedgerStore store,
            VoteLog log,
            LedgerState state,
            TileBuffer tiles,
            BlockHeader last) {
        this.identity = identity;
        this.check = check;
        this.store = store;
        this.log = log;
        this.state = state;
        this.tiles = tiles;
        this.cosigning = new CosigningRule(log.history().lastCosigned());
        this.last = last;
        this.view = Math.max(log.history().view(), last.view());
    }

    public ConfigLeaf genesis() {
        return identity.genesis();
    }

    /** The state; only to be read, on the ledger thread. */
    public LedgerState state() {
        return state;
    }

    public VoteLog log() {
        return log;
    }

    /** True if the tree has grown beyond the last checkpoint this key signed. */
    public boolean owesCheckpoint() {
        Cosigned signed = cosigning.last();
        return signed == null || signed.treeSize() < state.treeSize();
    }

    /**
     * Computes a turn; it must be {@linkplain #commit committed} before the next one.
     *
     * @param batches the batches of its block, or null for no block; an empty list is a heartbeat
     * @param nowMs wall clock; the block's time is later than its parent's whatever this says
     */
    public Turn prepare(
            List<VoteRecord> records, @Nullable List<BatchReference> batches, boolean checkpoint, long nowMs) {
        Invariant.check(open == null, "one turn at a time");
        Turn.BlockWork block = batches == null ? null : makeBlock(batches, nowMs);
        Turn.Head head = checkpoint ? new Turn.Head(state.treeSize(), state.root()) : null;
        open = new Turn(records, block, head);
        return open;
    }

    /**
     * Carries the turn on from the stage it is in.
     *
     * @throws io.waxwing.ledger.failure.LedgerFailure WXW-3120 or WXW-3121 if the disk refuses: call again later
     */
    public void commit(Turn turn, long nowMs) {
        Invariant.check(turn == open, "only the open turn is committed");
        if (turn.stage == Turn.Stage.BODY) {
            writeBody(turn);
        }
        if (turn.stage == Turn.Stage.LOG) {
            writeLog(turn);
        }
        if (turn.stage == Turn.Stage.APPLY) {
            apply(turn);
        }
        if (turn.stage == Turn.Stage.PUBLISH) {
            publish(turn, nowMs);
        }
        open = null;
    }

    private Turn.BlockWork makeBlock(List<BatchReference> batches, long nowMs) {
        view++;
        long timeMs = Math.max(nowMs, state.timeMs() + 1);
        BlockHeader header = new BlockHeader(
                state.ledgerId(),
                state.config().epoch(),
                view,
                state.height() + 1,
                last.blockId(),
                last.view(),
                Genesis.SOLO_INSTITUTION,
                timeMs,
                Block.batchesRoot(batches),
                batches.size(),
                Block.evidenceRoot(List.of()),
                state.treeSize(),
                state.root());
        Block block = new Block(header, justify(), batches, List.of());
        Execution.Step step =
                Execution.apply(state, new Order(header.height(), timeMs, List.of(), batches), check, tiles);
        Certificate finalization = certificate(Vote.Type.FINALIZE, header);
        return new Turn.BlockWork(block, ByteString.of(block.encode()), step, tiles.drain(), finalization);
    }

    private List<Certificate> justify() {
        return last.height() == 0 ? List.of() : List.of(certificate(Vote.Type.NOTARIZE, last));
    }

    private Certificate certificate(Vote.Type type, BlockHeader header) {
        Vote vote = new Vote(type, header.ledgerId(), header.epoch(), header.view(), header.blockId());
        ByteString signature = ByteString.of(identity.keys().vote().sign(vote.signedMessage()));
        return new Certificate(type, header.epoch(), header.view(), header.blockId(), SOLE_VOTER, List.of(signature));
    }

    private void writeBody(Turn turn) {
        if (turn.block != null) {
            store.writeBlock(
                    turn.block.block().header().height(), turn.block.body().toBytes());
        }
        turn.stage = Turn.Stage.LOG;
    }

    private void writeLog(Turn turn) {
        List<VoteRecord> records = new ArrayList<>(turn.records);
        if (turn.block != null) {
            BlockHeader header = turn.block.block().header();
            Hash id = header.blockId();
            records.add(new VoteRecord.Enter(header.view()));
            records.add(new VoteRecord.Proposed(header.view(), id));
            records.add(new VoteRecord.Notarized(header.view(), id));
            records.add(new VoteRecord.Finalized(header.view(), id));
            // Of one validator the vote is the certificate; with it the log lets go of the view.
            records.add(new VoteRecord.Certified(turn.block.finalization()));
        }
        Cosigned cosigned =
                turn.checkpoint == null ? null : new Cosigned(turn.checkpoint.treeSize(), turn.checkpoint.root());
        if (cosigned != null && cosigning.ask(cosigned.treeSize(), cosigned.root()) == Answer.NEW) {
            records.add(cosigned);
        }
        records.forEach(log::append);
        log.force();
        if (cosigned != null) {
            cosigning.recorded(cosigned);
        }
        turn.stage = Turn.Stage.APPLY;
    }

    private void apply(Turn turn) {
        if (turn.block != null) {
            BlockHeader header = turn.block.block().header();
            ByteString finalization = ByteString.of(turn.block.finalization().encode());
            store.apply(appliedWrite(state, turn.block.step(), turn.block.tiles(), finalization));
            last = header;
        }
        turn.stage = Turn.Stage.PUBLISH;
    }

    static LedgerStore.AppliedWrite appliedWrite(
            LedgerState state, Execution.Step step, List<Tile> changed, ByteString finalization) {
        return new LedgerStore.AppliedWrite(
                step.applied().firstLeafIndex(),
                step.leaves(),
                changed,
                step.topicHeads(),
                step.originHeads(),
                state.encode(),
                finalization);
    }

    private void publish(Turn turn, long nowMs) {
        if (turn.checkpoint != null) {
            PublishedCheckpoint published = sign(turn.checkpoint, nowMs);
            store.writeCheckpoint(published);
            turn.published = published;
        }
        turn.stage = Turn.Stage.DONE;
    }

    private PublishedCheckpoint sign(Turn.Head head, long nowMs) {
        // The record is forced: asked again here, so that no path leads to a signature without it.
        Invariant.check(cosigning.ask(head.treeSize(), head.root()) == Answer.AGAIN, "cosign only what is recorded");
        Checkpoint checkpoint = new Checkpoint(identity.logKey().name(), head.treeSize(), head.root());
        CheckpointAssembler assembler = new CheckpointAssembler(checkpoint, identity.policy(), check);
        assembler.add(checkpoint.logLine(identity.logKey(), identity.keys().log()));
        assembler.add(Cosignature.sign(
                identity.cosignerKey(), identity.keys().cosigner(), checkpoint, Math.max(0, nowMs / 1000)));
        SignedNote note = assembler.assembled();
        if (note == null) {
            throw new IllegalStateException("this node's own signatures do not satisfy its policy");
        }
        return new PublishedCheckpoint(head.treeSize(), head.root(), ByteString.of(note.encode()));
    }
}
