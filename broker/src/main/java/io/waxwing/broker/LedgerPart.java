package io.waxwing.broker;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.waxwing.broker.config.BrokerConfig;
import io.waxwing.broker.network.Enrolment;
import io.waxwing.broker.runtime.Repeating;
import io.waxwing.broker.store.Database;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.ledger.batch.CarriedBatch;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.control.Registry.Origin;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.simplex.Timing;
import io.waxwing.ledger.spi.PeerLinks;
import io.waxwing.node.crypto.KeyFiles;
import io.waxwing.node.crypto.KeyRing;
import io.waxwing.node.crypto.NodeKeys;
import io.waxwing.node.crypto.OriginKey;
import io.waxwing.node.crypto.Signatures;
import io.waxwing.node.runtime.LedgerAgent;
import io.waxwing.node.runtime.LedgerParts;
import io.waxwing.node.runtime.LedgerSettings;
import io.waxwing.node.start.LedgerStart;
import io.waxwing.node.start.OpenedLedger;
import io.waxwing.node.start.VoteLogs;
import io.waxwing.node.store.AppliedReader;
import io.waxwing.node.store.FileVoteLog;
import io.waxwing.node.store.OldBlocks;
import io.waxwing.node.store.ProposalFiles;
import io.waxwing.node.store.RocksLedgerStore;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ledger with its keys, opened and recovered but not yet running: that of several institutions if the folder has
 * their genesis, else one of this institution alone.
 */
final class LedgerPart implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerPart.class);
    /** At most some 20 checkpoints a second under load. */
    private static final long CHECKPOINT_INTERVAL_MS = 50;

    private static final Duration FORGET_EVERY = Duration.ofMinutes(1);
    private static final int INBOX = 4096;
    private static final int MAX_EVENT_BYTES = CarriedBatch.MAX_BYTES - (64 << 10);

    /** Signs batches, promises and disputes of this node. */
    final OriginKey originKey;

    final LedgerAgent agent;
    final RocksLedgerStore store;
    /** The registry that the ledger began with. */
    final Registry genesis;

    final Signatures signatures = Signatures.get();
    /** This node among the origins. */
    final Origin self;

    final String institution;
    /** First line of its checkpoints. */
    final String originLine;
    /** Null on a ledger of one. */
    final @Nullable Peering peering;

    private final @Nullable Repeating forgetting;

    private final BrokerConfig config;
    private volatile ConfigLeaf inForce;
    private volatile Registry registry;

    /** Opens it. Keys are made if the folder has none. Throws {@link io.waxwing.ledger.failure.LedgerFailure}. */
    LedgerPart(
            BrokerFolder folder,
            BrokerConfig config,
            Database database,
            UnaryOperator<PeerLinks> tap,
            MeterRegistry metrics) {
        this.config = config;
        store = new RocksLedgerStore(database.rocks(), database.foreign());
        if (Files.exists(folder.genesis())) {
            Enrolment enrolment = Enrolment.read(folder, signatures);
            requireFits(config.limits());
            institution = enrolment.institution();
            genesis = enrolment.genesis().registry();
            originLine = enrolment.genesis().originLine();
            Registry known = Registry.parse(enrolment.known().registry());
            new ArrivalPart(enrolment, folder, store, signatures)
                    .run(
                            config,
                            known,
                            origin(known, new OriginKey(enrolment.ring(), known).publicKey())
                                    .originId());
            OpenedLedger opened = new LedgerStart(enrolment.ring(), signatures, store)
                    .open(
                            enrolment.genesis().config(),
                            originLine,
                            institution,
                            VoteLogs.in(folder.votes(), FileVoteLog.SEGMENT_BYTES),
                            System.currentTimeMillis());
            inForce = enrolment.newest(opened.state().config());
            registry = Registry.parse(inForce.registry());
            originKey = new OriginKey(enrolment.ring(), registry);
            self = origin(registry, originKey.publicKey());
            peering = new Peering(enrolment, registry, self.originId(), config.peers(), tap, metrics);
            LedgerParts parts = new LedgerParts(
                    opened,
                    peering.traffic,
                    peering.verify,
                    System::currentTimeMillis,
                    metrics,
                    new ProposalFiles(folder.proposals()));
            agent = new LedgerAgent(settings(originLine), parts);
        } else {
            NodeKeys keys = soloKeys(folder);
            institution = config.institution();
            originLine = config.ledger().origin();
            OpenedLedger opened = new LedgerStart(keys, signatures, store)
                    .solo(
                            originLine,
                            institution,
                            ledgerId -> FileVoteLog.open(folder.votes(), ledgerId, FileVoteLog.SEGMENT_BYTES),
                            System.currentTimeMillis());
            genesis = Registry.parse(opened.genesis().registry());
            inForce = opened.genesis();
            registry = genesis;
            originKey = new OriginKey(KeyRing.of(keys), registry);
            self = origin(registry, originKey.publicKey());
            peering = null;
            agent = new LedgerAgent(
                    settings(originLine), LedgerParts.alone(opened, System::currentTimeMillis, metrics));
        }
        tellWhereBlocksBegin(metrics);
        Duration keep = config.ledger().keepBlocks();
        forgetting = keep.isZero() ? null : forgetting(new OldBlocks(store), keep.toMillis());
    }

    private static Repeating forgetting(OldBlocks blocks, long keepMs) {
        return new Repeating("old-blocks", FORGET_EVERY, () -> {
            int forgotten = blocks.forget(System.currentTimeMillis() - keepMs);
            if (forgotten > 0) {
                LOG.info("forgot the bodies of {} blocks older than {} ms", forgotten, keepMs);
            }
        });
    }

    private void tellWhereBlocksBegin(MeterRegistry metrics) {
        Gauge.builder("waxwing.ledger.snapshot.height", store, RocksLedgerStore::bodiesFrom)
                .description(
                        "Height from which on this node has all blocks: that of the snapshot that it began with, or"
                                + " of the oldest that ledger.keepBlocks keeps; 0 for the first")
                .register(metrics);
    }

    /** A batch may be a single event, and goes to the members in one frame. */
    private static void requireFits(BrokerConfig.Limits limits) {
        if (limits.eventBytes() > MAX_EVENT_BYTES) {
            throw new RefusedException(
                    FailureCode.CONFIG_VALUE,
                    "limits.event: got " + limits.eventBytes() + ", among several institutions at most "
                            + MAX_EVENT_BYTES);
        }
    }

    private NodeKeys soloKeys(BrokerFolder folder) {
        KeyFiles files = new KeyFiles(folder.keys());
        if (files.follows()) {
            throw new LedgerFailure(
                    KeyFiles.ONLY_FOLLOWS,
                    folder.keys() + " has the keys of a further node, which needs a ledger of others: genesis install");
        }
        if (!files.exist()) {
            files.generate(new SecureRandom());
            LOG.info("made the keys of institution {}", config.institution());
        }
        return files.load(signatures);
    }

    private static Origin origin(Registry registry, ByteString key) {
        return registry.origins().stream()
                .filter(origin -> origin.key().equals(key))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("a member's origin key is in the registry"));
    }

    private LedgerSettings settings(String originLine) {
        return new LedgerSettings(
                originLine,
                institution,
                config.ledger().heartbeat().toMillis(),
                CHECKPOINT_INTERVAL_MS,
                INBOX,
                Timing.LAN);
    }

    /** Another CONFIG is in force from the next block on: others are linked from now on. Core thread. */
    void onEpoch(ConfigLeaf next) {
        inForce = next;
        registry = Registry.parse(next.registry());
        originKey.onRegistry(registry);
        if (peering != null) {
            peering.onRegistry(registry);
        }
    }

    /** The newest CONFIG that this node knows of. Any thread. */
    ConfigLeaf inForce() {
        return inForce;
    }

    /** Its registry. Any thread. */
    Registry registry() {
        return registry;
    }

    Hash ledgerId() {
        return agent.reader().ledgerId();
    }

    /** What recovery has to know; {@code search} looks for payloads that are not here. Before the agent is started. */
    Recovery.LedgerSide recovered(Consumer<Applied.AppliedBatch> search) {
        return new Recovery.LedgerSide(
                agent.height(),
                new AppliedReader(store)::at,
                agent::laneHead,
                agent.recordedBatches(),
                peering != null,
                search);
    }

    @Override
    public void close() {
        if (forgetting != null) {
            forgetting.close();
        }
        if (peering != null) {
            peering.close();
        }
        agent.close();
        store.close();
    }
}
