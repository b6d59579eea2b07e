package io.waxwing.node.start;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.control.Genesis;
import io.waxwing.ledger.control.Registry;
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
import io.waxwing.ledger.sign.SignatureCheck;
import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.simplex.BlockHeader;
import io.waxwing.ledger.simplex.Certificate;
import io.waxwing.ledger.simplex.Ending;
import io.waxwing.ledger.simplex.PastEpoch;
import io.waxwing.ledger.simplex.Recovered;
import io.waxwing.ledger.simplex.Validators;
import io.waxwing.ledger.simplex.VoteHistory;
import io.waxwing.ledger.spi.LedgerStore;
import io.waxwing.ledger.spi.VoteLog;
import io.waxwing.node.crypto.KeyRing;
import io.waxwing.node.crypto.NodeKeys;
import io.waxwing.node.store.StoreCodes;
import io.waxwing.node.store.StoredConfigs;
import io.waxwing.node.store.StoredConfigs.Placed;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Begins a ledger or finds where to go on with one. */
public final class LedgerStart {
    private final KeyRing keys;
    private final SignatureCheck check;
    private final LedgerStore store;

    /** For a node whose keys were never rotated. */
    public LedgerStart(NodeKeys keys, SignatureCheck check, LedgerStore store) {
        this(KeyRing.of(keys), check, store);
    }

    public LedgerStart(KeyRing keys, SignatureCheck check, LedgerStore store) {
        this.keys = keys;
        this.check = check;
        this.store = store;
    }

    /**
     * Opens the ledger of one of this institution.
     *
     * @param openLog opens the vote log of a ledger
     * @param nowMs wall clock, the time of a new ledger's first block
     * @throws LedgerFailure WXW-3101, 3103, 3105, 3107 or 3110, each saying what does not fit
     */
    public OpenedLedger solo(String originLine, String institution, Function<Hash, VoteLog> openLog, long nowMs) {
        byte[] first = firstBlock();
        ConfigLeaf genesis = first == null ? newSolo(originLine, institution) : soloGenesis(first);
        return open(genesis, originLine, institution, openLog, nowMs);
    }

    private static ConfigLeaf soloGenesis(byte[] first) {
        ConfigLeaf genesis = decode(0, first).configs().get(0);
        int institutions = Registry.parse(genesis.registry()).institutions().size();
        if (institutions > 1) {
            throw new LedgerFailure(
                    StoreCodes.OTHER_LEDGER,
                    "the data folder holds the ledger of " + institutions + " institutions, not of this one alone");
        }
        return genesis;
    }

    private ConfigLeaf newSolo(String originLine, String institution) {
        NodeKeys first = keys.sets().get(0);
        Genesis.SoloKeys publicKeys = new Genesis.SoloKeys(
                first.vote().publicKey(),
                first.cosigner().publicKey(),
                first.log().publicKey(),
                first.origin());
        return Genesis.solo(originLine, institution, publicKeys);
    }

    /**
     * Opens the ledger that begins with that CONFIG.
     *
     * @throws LedgerFailure as {@link #solo}; WXW-3101 also if the data folder holds another ledger
     */
    public OpenedLedger open(
            ConfigLeaf genesis, String originLine, String institution, Function<Hash, VoteLog> openLog, long nowMs) {
        return open(
                genesis,
                originLine,
                institution,
                new VoteLogs() {
                    @Override
                    public VoteLog open(Hash ledgerId) {
                        return openLog.apply(ledgerId);
                    }

                    @Override
                    public VoteLog beginCondemned(Hash ledgerId, ByteString voteKey, LedgerFailure why) {
                        throw why;
                    }
                },
                nowMs);
    }

    /**
     * Opens the ledger that begins with that CONFIG. A validator among several whose vote log is missing or damaged
     * gets a new log and a verdict beside its key: it follows without a vote until the key is rotated.
     *
     * @throws LedgerFailure as {@link #solo}; WXW-3101 also if the data folder holds another ledger
     */
    public OpenedLedger open(ConfigLeaf genesis, String originLine, String institution, VoteLogs logs, long nowMs) {
        LedgerState state = restored();
        ConfigLeaf inForce = state.height() < 0 ? genesis : state.config();
        LedgerIdentity.check(genesis, inForce, keys, originLine, institution);
        Validators validators = Validators.of(genesis.configHash(), inForce);
        ByteString voteKey = keys.in(Registry.parse(inForce.registry())).vote().publicKey();
        VoteLog log = openLog(genesis, voteKey, validators.size(), logs);
        try {
            String verdict = log.verdict(voteKey);
            if (validators.size() == 1 && !verdict.isEmpty()) {
                throw new LedgerFailure(StoreCodes.VOTE_LOG_MISSING, verdict);
            }
            byte[] first = firstBlock();
            if (first == null) {
                Long agreedMs = Registry.parse(genesis.registry()).genesisTimeMs();
                begin(
                        genesis,
                        validators.size() == 1 ? log.history() : new VoteHistory(),
                        agreedMs == null ? nowMs : agreedMs);
            } else if (!decode(0, first).configs().get(0).equals(genesis)) {
                throw new LedgerFailure(StoreCodes.OTHER_LEDGER, "the data folder holds another ledger");
            }
            return recover(institution, genesis, state, log);
        } catch (RuntimeException e) {
            log.close();
            throw e;
        }
    }

    private LedgerState restored() {
        ByteString record = store.state();
        return record == null
                ? new LedgerState()
                : LedgerState.restore(record, store.topicHeads(), store.originHeads());
    }

    private VoteLog openLog(ConfigLeaf genesis, ByteString voteKey, int validators, VoteLogs logs) {
        try {
            return logs.open(genesis.configHash());
        } catch (LedgerFailure e) {
            boolean lost =
                    e.code().equals(StoreCodes.VOTE_LOG_MISSING) || e.code().equals(StoreCodes.VOTE_LOG_DAMAGED);
            if (!lost || validators == 1) {
                throw e;
            }
            VoteLog begun = logs.beginCondemned(genesis.configHash(), voteKey, e);
            // Which of them has signed what nobody knows any more.
            keys.sets().forEach(set -> begun.condemn(set.vote().publicKey(), String.valueOf(e.getMessage())));
            return begun;
        }
    }

    /** Its body is stored before it is applied, so either place may have it. */
    private byte @Nullable [] firstBlock() {
        byte[] applied = store.block(0);
        if (applied != null) {
            return applied;
        }
        List<byte[]> stored = store.blocksAbove(-1);
        return stored.isEmpty() ? null : stored.get(0);
    }

    private void begin(ConfigLeaf genesis, VoteHistory history, long nowMs) {
        if (history.lastCosigned() != null) {
            throw new LedgerFailure(
                    StoreCodes.LEDGER_SHORTER,
                    "the data folder is empty, but its key has signed "
                            + history.lastCosigned().treeSize() + " leaves of this ledger");
        }
        Block block = first(genesis, nowMs);
        store.writeBlocks(List.of(new LedgerStore.Body(0, block.blockId(), ByteString.of(block.encode()))));
    }

    /** The first block of the ledger that begins with that CONFIG at that time. */
    public static Block first(ConfigLeaf genesis, long nowMs) {
        BlockHeader header = new BlockHeader(
                genesis.configHash(),
                0,
                0,
                0,
                Hash.ZERO,
                0,
                0,
                Math.max(1, nowMs),
                Block.batchesRoot(List.of()),
                0,
                Block.evidenceRoot(List.of(genesis)),
                0,
                MerkleRoot.EMPTY);
        return new Block(header, List.of(), List.of(), List.of(genesis));
    }

    private OpenedLedger recover(String institution, ConfigLeaf genesis, LedgerState state, VoteLog log) {
        TileBuffer tiles = new TileBuffer(state.treeSize(), this::tile);
        if (state.height() < 0) {
            applyFirst(state, tiles, decode(0, required(firstBlock(), 0)));
        }
        if (!state.ledgerId().equals(genesis.configHash())) {
            throw new LedgerFailure(
                    StoreCodes.OTHER_LEDGER,
                    "the data folder mixes ledger " + state.ledgerId() + " with blocks of " + genesis.configHash());
        }
        List<Placed> configs = new StoredConfigs(store).upTo(state.config());
        Validators validators = Validators.of(state.ledgerId(), state.config());
        Recovered recovered =
                recovered(institution, state, configs.get(configs.size() - 1).height(), validators.size(), log);
        return new OpenedLedger(
                institution,
                keys,
                configs,
                validators,
                check,
                store,
                log,
                state,
                tiles,
                recovered,
                past(state.ledgerId(), configs));
    }

    /** {@code baseHeight} is that of the block which the epoch stands on. */
    private Recovered recovered(String institution, LedgerState state, long baseHeight, int validators, VoteLog log) {
        long height = state.height();
        BlockHeader base = decode(baseHeight, required(store.block(baseHeight), baseHeight))
                .header();
        BlockHeader last = decode(height, required(store.block(height), height)).header();
        VoteHistory history = log.history();
        boolean entered =
                height == baseHeight && history.epoch() == state.config().epoch();
        boolean ahead = history.epoch() > state.config().epoch();
        boolean votes = LedgerIdentity.in(state.config(), keys, institution).validatorIndex() >= 0;
        if (votes && validators == 1 && height > 0 && !entered && !ahead && last.view() > history.settledView()) {
            throw new LedgerFailure(
                    StoreCodes.VOTE_LOG_BEHIND,
                    "block " + height + " of view " + last.view() + " is applied, but the vote log ends at view "
                            + history.settledView()
                            + "; it is older than the ledger, and voting on could contradict it");
        }
        List<Block> stored = store.blocksAbove(height).stream()
                .map(body -> decode(height + 1, body))
                .toList();
        return new Recovered(
                history,
                !history.isEmpty(),
                base,
                last,
                height == baseHeight ? null : finalization(height, validators),
                stored,
                state.convictions());
    }

    private NavigableMap<Long, PastEpoch> past(Hash ledgerId, List<Placed> configs) {
        NavigableMap<Long, PastEpoch> past = new TreeMap<>();
        for (int i = 0; i + 1 < configs.size(); i++) {
            Validators validators = Validators.of(ledgerId, configs.get(i).config());
            long last = configs.get(i + 1).height();
            ByteString stored = store.finalization(last);
            if (stored == null) {
                throw damaged("the certificate of block " + last + " is missing");
            }
            past.put(validators.epoch(), new PastEpoch(validators, Ending.decode(stored, validators.size())));
        }
        return past;
    }

    private void applyFirst(LedgerState state, TileBuffer tiles, Block first) {
        Order order = new Order(0, first.header().timeMs(), first.configs(), first.batches());
        Execution.Step step = Execution.apply(state, order, check, tiles);
        store.apply(new LedgerStore.AppliedWrite(
                first.blockId(),
                step.applied().firstLeafIndex(),
                step.leaves(),
                tiles.drain(),
                step.topicHeads(),
                step.originHeads(),
                state.encode(),
                ByteString.EMPTY));
    }

    private Certificate finalization(long height, int validators) {
        ByteString stored = store.finalization(height);
        if (stored == null) {
            throw damaged("the certificate of block " + height + " is missing");
        }
        ByteReader in = new ByteReader(stored.toBytes(), MalformedException.BLOCK);
        return Certificate.readFrom(in, validators);
    }

    private Tile tile(TileId id, int minWidth) {
        Tile tile = store.tile(id);
        if (tile == null || tile.width() < minWidth) {
            throw damaged("tile " + id.path(minWidth) + " is missing");
        }
        return tile;
    }

    private static byte[] required(byte @Nullable [] block, long height) {
        if (block == null) {
            throw damaged("block " + height + " is missing");
        }
        return block;
    }

    private static Block decode(long height, byte[] bytes) {
        try {
            return Block.decodeStored(bytes);
        } catch (MalformedException e) {
            throw damaged("block " + height + " is unreadable (" + e.getMessage() + ")");
        }
    }

    private static LedgerFailure damaged(String text) {
        return new LedgerFailure(StoreCodes.DAMAGED, text);
    }
}
