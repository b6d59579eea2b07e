package io.waxwing.broker;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waxwing.broker.config.BrokerConfig;
import io.waxwing.broker.network.Enrolment;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.sign.SignatureCheck;
import io.waxwing.ledger.spi.LedgerStore;
import io.waxwing.ledger.spi.VoteLog;
import io.waxwing.node.snapshot.Arrival;
import io.waxwing.node.start.LedgerStart;
import io.waxwing.node.start.VoteLogs;
import io.waxwing.node.store.FileVoteLog;
import io.waxwing.node.store.StoreCodes;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Begins the ledger of a node that has nothing with a snapshot of the others', before it is opened: of one that joined
 * later, whose folder has the trust chain of a member, and of one that lost its data but not its votes. A newcomer
 * waits for others as long as nobody is linked, since it can do nothing without them; one that was here before goes on
 * alone. A founder that starts for the first time waits for nobody. Has links of its own, which it closes.
 */
final class ArrivalPart {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Enrolment enrolment;
    private final BrokerFolder folder;
    private final LedgerStore store;
    private final SignatureCheck signatures;

    ArrivalPart(Enrolment enrolment, BrokerFolder folder, LedgerStore store, SignatureCheck signatures) {
        this.enrolment = enrolment;
        this.folder = folder;
        this.store = store;
        this.signatures = signatures;
    }

    private boolean hasVoted() {
        return Files.exists(folder.votes());
    }

    private boolean isNew() {
        return store.state() == null && (hasVoted() || Files.exists(folder.trustChain()));
    }

    /** Returns when the store has a state, or is known to get none this way. */
    void run(BrokerConfig config, Registry registry, int self) {
        ConfigLeaf genesis = enrolment.genesis().config();
        Long timeMs = Registry.parse(genesis.registry()).genesisTimeMs();
        long blocks = config.ledger().snapshotBlocks();
        if (!isNew() || blocks == 0 || timeMs == null || registry.node(self) == null) {
            return;
        }
        Arrival.Terms terms = new Arrival.Terms(
                genesis,
                enrolment.known(),
                LedgerStart.first(genesis, timeMs),
                blocks,
                PATIENCE_NANOS,
                hasVoted() ? PATIENCE_NANOS : Long.MAX_VALUE);
        try (Peering peering = new Peering(
                enrolment, registry, self, config.peers(), UnaryOperator.identity(), new SimpleMeterRegistry())) {
            Arrival arrival = new Arrival(terms, store, this::log, signatures, peering.traffic);
            arrival.start(System.nanoTime());
            peering.links.start();
            while (arrival.outcome() == Arrival.Outcome.UNDER_WAY) {
                if (!arrival.doWork(System.nanoTime())) {
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
        }
    }

    /** Null if it is lost: the ledger is opened with a new one, and the key has no vote until it is rotated. */
    private @Nullable VoteLog log() {
        try {
            return VoteLogs.in(folder.votes(), FileVoteLog.SEGMENT_BYTES)
                    .open(enrolment.genesis().ledgerId());
        } catch (LedgerFailure e) {
            if (e.code().equals(StoreCodes.VOTE_LOG_MISSING) || e.code().equals(StoreCodes.VOTE_LOG_DAMAGED)) {
                return null;
            }
            throw e;
        }
    }
}
