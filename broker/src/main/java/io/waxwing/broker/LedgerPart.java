package io.waxwing.broker;

import io.micrometer.core.instrument.MeterRegistry;
import io.waxwing.broker.config.BrokerConfig;
import io.waxwing.broker.store.Database;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.control.Genesis;
import io.waxwing.ledger.leaf.OriginHead;
import io.waxwing.ledger.simplex.Timing;
import io.waxwing.node.crypto.KeyFiles;
import io.waxwing.node.crypto.NodeKeys;
import io.waxwing.node.crypto.Signatures;
import io.waxwing.node.runtime.LedgerAgent;
import io.waxwing.node.runtime.LedgerSettings;
import io.waxwing.node.start.LedgerStart;
import io.waxwing.node.start.OpenedLedger;
import io.waxwing.node.store.AppliedReader;
import io.waxwing.node.store.FileVoteLog;
import io.waxwing.node.store.RocksLedgerStore;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ledger of one with its keys, opened and recovered but not yet running. */
final class LedgerPart implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerPart.class);
    /** At most some 20 checkpoints a second under load. */
    private static final long CHECKPOINT_INTERVAL_MS = 50;

    private static final int INBOX = 4096;

    final NodeKeys keys;
    final LedgerAgent agent;
    final RocksLedgerStore store;

    /** Opens it. Keys are made if the folder has none. Throws {@link io.waxwing.ledger.failure.LedgerFailure}. */
    LedgerPart(BrokerFolder folder, BrokerConfig config, Database database, MeterRegistry metrics) {
        KeyFiles files = new KeyFiles(folder.keys());
        if (!files.exist()) {
            files.generate(new SecureRandom());
            LOG.info("made the keys of institution {}", config.institution());
        }
        Signatures signatures = Signatures.get();
        keys = files.load(signatures);
        store = new RocksLedgerStore(database.rocks(), database.foreign());
        OpenedLedger ledger = new LedgerStart(keys, signatures, store)
                .solo(
                        config.ledger().origin(),
                        config.institution(),
                        ledgerId -> FileVoteLog.open(folder.votes(), ledgerId, FileVoteLog.SEGMENT_BYTES),
                        System.currentTimeMillis());
        LedgerSettings settings = new LedgerSettings(
                config.ledger().origin(),
                config.institution(),
                config.ledger().heartbeat().toMillis(),
                CHECKPOINT_INTERVAL_MS,
                INBOX,
                Timing.LAN);
        agent = new LedgerAgent(settings, LedgerAgent.Parts.alone(ledger, System::currentTimeMillis, metrics));
    }

    io.waxwing.ledger.hash.Hash ledgerId() {
        return agent.reader().ledgerId();
    }

    /** The lane of this node's events. */
    static Lane lane() {
        return new Lane(Genesis.SOLO_ORIGIN, Genesis.SOLO_AUDIENCE);
    }

    /** What recovery has to know. Before the agent is started. */
    Recovery.LedgerSide recovered() {
        @Nullable OriginHead head = agent.laneHead(lane());
        return new Recovery.LedgerSide(
                agent.height(),
                new AppliedReader(store)::at,
                head == null ? 0 : head.batchSeq(),
                head == null ? 0 : head.originSeq(),
                agent.recordedBatches());
    }

    @Override
    public void close() {
        agent.close();
        store.close();
    }
}
