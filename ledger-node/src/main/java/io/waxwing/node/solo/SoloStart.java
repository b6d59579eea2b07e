package io.waxwing.node.solo;

import io.waxwing.ledger.control.Genesis;
import io.waxwing.ledger.execute.Execution;
import io.waxwing.ledger.execute.LedgerState;
import io.waxwing.ledger.execute.Order;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.merkle.MerkleRoot;
import io.waxwing.ledger.merkle.Tile;
import io.waxwing.ledger.merkle.TileBuffer;
import io.waxwing.ledger.merkle.TileId;
import io.waxwing.ledger.merkle.TreeHashes;
import io.waxwing.ledger.sign.SignatureCheck;
import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.simplex.BlockHeader;
import io.waxwing.ledger.simplex.Certificate;
import io.waxwing.ledger.simplex.Vote;
import io.waxwing.ledger.simplex.VoteHistory;
import io.waxwing.ledger.simplex.VoteRecord;
import io.waxwing.ledger.simplex.VoteRecord.Cosigned;
import io.waxwing.ledger.spi.LedgerStore;
import io.waxwing.ledger.spi.VoteLog;
import io.waxwing.node.crypto.NodeKeys;
import io.waxwing.node.store.StoreCodes;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Begins a ledger of one, or continues it: executes the blocks that are final but not applied, finishes one that was
 * notarized when the node stopped, and refuses to start where going on could contradict what the key has signed.
 */
public final class SoloStart {
    private final NodeKeys keys;
    private final SignatureCheck check;
    private final LedgerStore store;

    public SoloStart(NodeKeys keys, SignatureCheck check, LedgerStore store) {
        this.keys = keys;
        this.check = check;
        this.store = store;
    }

    /**
     * Opens the ledger.
     *
     * @param openLog opens the vote log of a ledger
     * @param nowMs wall clock, the time of a new ledger's first block
     * @throws LedgerFailure WXW-3101, 3103, 3105, 3106, 3107 or 3110, each saying what does not fit
     */
    public SoloLedger open(String originLine, String institution, Function<Hash, VoteLog> openLog, long nowMs) {
        byte[] first = store.block(0);
        ConfigLeaf genesis = first == null
                ? SoloIdentity.newGenesis(originLine, institution, keys)
                : decode(0, first).configs().get(0);
        SoloIdentity identity = SoloIdentity.of(genesis, keys, originLine);
        VoteLog log = openLog.apply(genesis.configHash());
        try {
            if (first == null) {
                begin(genesis, log.history(), nowMs);
            }
            return recover(identity, log);
        } catch (RuntimeException e) {
            log.close();
            throw e;
        }
    }

    private void begin(ConfigLeaf genesis, VoteHistory history, long nowMs) {
        if (history.lastCosigned() != null) {
            throw new LedgerFailure(
                    StoreCodes.LEDGER_SHORTER,
                    "the data folder is empty, but its key has signed "
                            + history.lastCosigned().treeSize() + " leaves of this ledger");
        }
        BlockHeader header = new BlockHeader(
                genesis.configHash(),
                0,
                0,
                0,
                Hash.ZERO,
                0,
                Genesis.SOLO_INSTITUTION,
                Math.max(1, nowMs),
                Block.batchesRoot(List.of()),
                0,
                Block.evidenceRoot(List.of(genesis)),
                0,
                MerkleRoot.EMPTY);
        store.writeBlock(0, new Block(header, List.of(), List.of(), List.of(genesis)).encode());
    }

    private SoloLedger recover(SoloIdentity identity, VoteLog log) {
        ByteString record = store.state();
        LedgerState state = record == null
                ? new LedgerState()
                : LedgerState.restore(record, store.topicHeads(), store.originHeads());
        TileBuffer tiles = new TileBuffer(state.treeSize(), this::tile);
        BlockHeader last = state.height() < 0 ? null : block(state.height()).header();
        checkApplied(state, last, identity, log.history());
        long stored = store.lastBlockHeight();
        for (long height = state.height() + 1; height <= stored; height++) {
            Block block = block(height);
            checkFollows(block.header(), last, state);
            if (!isFinal(block.header(), log)) {
                // Never voted on, so never told to anybody: the next block of this height replaces it.
                break;
            }
            execute(state, tiles, block);
            last = block.header();
        }
        if (last == null) {
            throw damaged("the first block is missing");
        }
        checkNotShorter(state, last, log.history());
        return new SoloLedger(identity, check, store, log, state, tiles, last);
    }

    private void execute(LedgerState state, TileBuffer tiles, Block block) {
        BlockHeader header = block.header();
        Order order = new Order(header.height(), header.timeMs(), block.configs(), block.batches());
        Execution.Step step = Execution.apply(state, order, check, tiles);
        ByteString finalization = header.height() == 0
                ? ByteString.EMPTY
                : ByteString.of(finalization(header).encode());
        store.apply(SoloLedger.appliedWrite(state, step, tiles.drain(), finalization));
    }

    private Certificate finalization(BlockHeader header) {
        Vote vote = new Vote(Vote.Type.FINALIZE, header.ledgerId(), header.epoch(), header.view(), header.blockId());
        ByteString signature = ByteString.of(keys.vote().sign(vote.signedMessage()));
        return new Certificate(
                Vote.Type.FINALIZE,
                header.epoch(),
                header.view(),
                header.blockId(),
                ByteString.of(new byte[] {1}),
                List.of(signature));
    }

    private static boolean isFinal(BlockHeader header, VoteLog log) {
        VoteHistory history = log.history();
        if (header.height() == 0 || header.view() < history.finalizedView()) {
            return true;
        }
        VoteRecord.Finalized finalized = history.lastFinalized();
        if (finalized != null && finalized.view() == header.view()) {
            if (!finalized.blockId().equals(header.blockId())) {
                throw damaged("block " + header.height() + " is not the one this key has finalized");
            }
            return true;
        }
        if (history.hasNotarized(header.view(), header.blockId())) {
            // The one notarization needed exists and view was not nullified: finalizing is all that is left.
            log.append(new VoteRecord.Finalized(header.view(), header.blockId()));
            log.force();
            return true;
        }
        return false;
    }

    private static void checkFollows(BlockHeader header, @Nullable BlockHeader last, LedgerState state) {
        Hash parent = last == null ? Hash.ZERO : last.blockId();
        if (!header.parentId().equals(parent)
                || header.parentTreeSize() != state.treeSize()
                || !header.parentTreeRoot().equals(state.root())) {
            throw damaged("block " + header.height() + " does not follow the one before it");
        }
    }

    private static void checkApplied(
            LedgerState state, @Nullable BlockHeader last, SoloIdentity identity, VoteHistory history) {
        if (last == null) {
            return;
        }
        Hash ledgerId = identity.genesis().configHash();
        if (!state.ledgerId().equals(ledgerId)) {
            throw new LedgerFailure(
                    StoreCodes.OTHER_LEDGER,
                    "the data folder mixes ledger " + state.ledgerId() + " with blocks of " + ledgerId);
        }
        if (last.height() > 0 && last.view() > history.finalizedView()) {
            throw new LedgerFailure(
                    StoreCodes.VOTE_LOG_BEHIND,
                    "block " + last.height() + " of view " + last.view() + " is applied, but the vote log ends at view "
                            + history.finalizedView()
                            + "; it is older than the ledger, and voting on could contradict it");
        }
    }

    private void checkNotShorter(LedgerState state, BlockHeader last, VoteHistory history) {
        Cosigned signed = history.lastCosigned();
        if (last.view() < history.finalizedView() || (signed != null && signed.treeSize() > state.treeSize())) {
            throw new LedgerFailure(
                    StoreCodes.LEDGER_SHORTER,
                    "the ledger has " + state.treeSize() + " leaves up to view " + last.view()
                            + ", but its key has signed up to view " + history.finalizedView()
                            + (signed == null ? "" : " and " + signed.treeSize() + " leaves"));
        }
        if (signed != null) {
            Hash root = TreeHashes.overTiles(this::tile).root(signed.treeSize());
            if (!root.equals(signed.root())) {
                throw new LedgerFailure(
                        StoreCodes.OTHER_ROOT,
                        "at " + signed.treeSize() + " leaves the ledger's root is " + root + ", but its key has signed "
                                + signed.root());
            }
        }
    }

    private Tile tile(TileId id, int minWidth) {
        Tile tile = store.tile(id);
        if (tile == null || tile.width() < minWidth) {
            throw damaged("tile " + id.path(minWidth) + " is missing");
        }
        return tile;
    }

    private Block block(long height) {
        byte[] bytes = store.block(height);
        if (bytes == null) {
            throw damaged("block " + height + " is missing");
        }
        return decode(height, bytes);
    }

    private static Block decode(long height, byte[] bytes) {
        try {
            return Block.decode(bytes, 1);
        } catch (MalformedException e) {
            throw damaged("block " + height + " is unreadable (" + e.getMessage() + ")");
        }
    }

    private static LedgerFailure damaged(String text) {
        return new LedgerFailure(StoreCodes.DAMAGED, text);
    }
}
