package io.waxwing.perf;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waxwing.broker.BrokerFolder;
import io.waxwing.broker.store.Database;
import io.waxwing.ledger.batch.AvailabilityCertificate;
import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.batch.BatchStatement;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.batch.OriginPart;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.sign.SignatureCheck;
import io.waxwing.ledger.sign.Signer;
import io.waxwing.ledger.spi.LedgerListener;
import io.waxwing.ledger.spi.PublishedCheckpoint;
import io.waxwing.node.crypto.KeyFiles;
import io.waxwing.node.crypto.NodeKeys;
import io.waxwing.node.crypto.Signatures;
import io.waxwing.node.runtime.LedgerAgent;
import io.waxwing.node.runtime.LedgerParts;
import io.waxwing.node.runtime.LedgerSettings;
import io.waxwing.node.start.LedgerStart;
import io.waxwing.node.start.OpenedLedger;
import io.waxwing.node.store.FileVoteLog;
import io.waxwing.node.store.RocksLedgerStore;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How long a ledger with many blocks takes from its start to its first vote: the ledger's own part of a node, with its
 * RocksDB and vote log on the disk and without network and broker. Arguments: a folder, then numbers of blocks, rising;
 * the ledger in the folder is grown to each of them, one batch of one event a block, closed and started again three
 * times. While it grows signatures are neither made nor checked, since they are most of a block's cost and a restart
 * looks at none of the past; the keys, the records and the disk are as ever. A folder in memory makes it grow faster.
 */
public final class RestartLoad {
    private static final String ORIGIN_LINE = "perf.example";
    private static final String INSTITUTION = "perf";
    private static final Lane LANE = new Lane(1, 1);
    private static final int TOPICS = 100;
    private static final int STARTS = 3;

    private final Signatures signatures = Signatures.get();
    private final BrokerFolder folder;
    private final NodeKeys keys;
    private long written;

    private RestartLoad(Path data) {
        folder = BrokerFolder.of(data, null);
        folder.create();
        KeyFiles files = new KeyFiles(folder.keys());
        if (!files.exist()) {
            files.generate(new SecureRandom());
        }
        keys = files.load(signatures);
    }

    /** A key that signs with zeros. */
    private record Unsigned(Signer key) implements Signer {
        @Override
        public byte[] sign(byte[] message) {
            return new byte[64];
        }

        @Override
        public ByteString publicKey() {
            return key.publicKey();
        }
    }

    /** Hears and forgets. */
    private static final class Nobody implements LedgerListener {
        @Override
        public void onApplied(Applied applied) {
            // What a broker does with it is not measured.
        }

        @Override
        public void onCheckpoint(PublishedCheckpoint checkpoint) {
            // As above.
        }
    }

    /** A ledger that is open. */
    private final class Running implements AutoCloseable {
        private final Database database = Database.open(folder.database(), RocksLedgerStore.columnNames());
        private final RocksLedgerStore store = new RocksLedgerStore(database.rocks(), database.foreign());
        private final LedgerAgent agent;
        private final Signer origin;

        Running(NodeKeys keys, SignatureCheck check) {
            origin = keys.origin();
            OpenedLedger opened = new LedgerStart(keys, check, store)
                    .solo(
                            ORIGIN_LINE,
                            INSTITUTION,
                            ledgerId -> FileVoteLog.open(folder.votes(), ledgerId, FileVoteLog.SEGMENT_BYTES),
                            System.currentTimeMillis());
            agent = new LedgerAgent(
                    LedgerSettings.of(ORIGIN_LINE, INSTITUTION),
                    LedgerParts.alone(opened, System::currentTimeMillis, new SimpleMeterRegistry()));
            agent.start(new Nobody(), () -> {}, System.nanoTime());
        }

        /** One block more. */
        void order() {
            written++;
            Hash tag = Sha256.digest(
                    ByteBuffer.allocate(Long.BYTES).putLong(written % TOPICS).array());
            OriginPart part = new OriginPart(LANE.originId(), written, 1, System.currentTimeMillis(), tag, Hash.ZERO);
            agent.submit(new BatchReference(
                    BatchStatement.over(LANE, written, written, List.of(part))
                            .signedBy(origin, agent.reader().ledgerId()),
                    List.of(part),
                    new AvailabilityCertificate(0, List.of())));
            long before = agent.height();
            while (agent.height() == before) {
                int unused = agent.doWork(System.nanoTime());
            }
        }

        @Override
        public void close() {
            agent.close();
            store.close();
            database.close();
        }
    }

    private void growTo(long blocks) {
        long began = System.nanoTime();
        NodeKeys unsigned = new NodeKeys(
                new Unsigned(keys.vote()),
                new Unsigned(keys.cosigner()),
                new Unsigned(keys.log()),
                new Unsigned(keys.origin()));
        try (Running running = new Running(unsigned, (key, message, signature) -> true)) {
            written = running.agent.height();
            while (running.agent.height() < blocks) {
                running.order();
            }
        }
        System.out.printf("grown to %d blocks in %.0f s%n", blocks, seconds(began));
    }

    private void start(long blocks) {
        long began = System.nanoTime();
        long cpu = cpuNanos();
        try (Running running = new Running(keys, signatures)) {
            double opened = seconds(began);
            written = running.agent.height();
            running.order();
            System.out.printf(
                    "%d blocks: open after %.2f s, a block more after %.2f s, CPU %.2f s%n",
                    blocks, opened, seconds(began), (cpuNanos() - cpu) / 1e9);
        }
    }

    private static double seconds(long sinceNanos) {
        return (double) (System.nanoTime() - sinceNanos) / TimeUnit.SECONDS.toNanos(1);
    }

    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    public static void main(String[] arguments) {
        RestartLoad load = new RestartLoad(Path.of(arguments[0]));
        for (String blocks : List.of(arguments).subList(1, arguments.length)) {
            load.growTo(Long.parseLong(blocks));
            for (int i = 0; i < STARTS; i++) {
                load.start(Long.parseLong(blocks));
            }
        }
    }
}
