package io.waxwing.node.runtime;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.simplex.Certificate;
import io.waxwing.ledger.spi.LedgerListener;
import io.waxwing.ledger.spi.LedgerStore;
import io.waxwing.ledger.spi.PeerLinks;
import io.waxwing.ledger.spi.PublishedCheckpoint;
import io.waxwing.node.TestLedger;
import io.waxwing.node.crypto.KeyRing;
import io.waxwing.node.crypto.Signatures;
import io.waxwing.node.snapshot.Arrival;
import io.waxwing.node.start.LedgerStart;
import io.waxwing.node.start.OpenedLedger;
import io.waxwing.node.store.TestDatabase;
import io.waxwing.testkit.fake.DiskFaults;
import io.waxwing.testkit.fake.MemoryVoteLog;
import java.nio.file.Files;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * How fast a node gets a ledger of others: by executing its blocks, and by a snapshot. A program: arguments are blocks,
 * batches a block, and the milliseconds a frame is on its way. The server and the verifying pool of the node have a
 * thread each, the disk is a real one.
 */
final class CatchUpBenchmark {
    private static final Signatures SIGNATURES = Signatures.get();
    private static final int PEER = 2;
    private static final int SELF = 5;

    private final Consortium four = new Consortium(4);
    private final long delayMs;
    private final ScheduledExecutorService served = Executors.newSingleThreadScheduledExecutor();
    private final ScheduledExecutorService verify = Executors.newSingleThreadScheduledExecutor();
    private final End server = new End(SELF);
    private final End client = new End(PEER);

    private CatchUpBenchmark(long delayMs) {
        this.delayMs = delayMs;
        server.other = client;
        client.other = server;
    }

    /** One end of a link. */
    private final class End implements PeerLinks {
        private final int peer;
        private final Map<Channel, Receiver> receivers = new EnumMap<>(Channel.class);
        private End other = this;

        End(int peer) {
            this.peer = peer;
        }

        @Override
        public List<Integer> peers() {
            return List.of(peer);
        }

        @Override
        public boolean send(int to, Channel channel, byte[] frame) {
            served.schedule(() -> other.hear(channel, frame), delayMs, TimeUnit.MILLISECONDS);
            return true;
        }

        private void hear(Channel channel, byte[] frame) {
            Receiver receiver = receivers.get(channel);
            if (receiver != null) {
                receiver.onFrame(peer, frame);
            }
        }

        @Override
        public void receive(Channel channel, Receiver receiver) {
            receivers.put(channel, receiver);
        }
    }

    private void grow(int blocks, int batches) {
        for (int i = 1; i <= blocks; i++) {
            for (int member = 1; member <= batches; member++) {
                four.nodes.get(0).agent().submit(four.batch(member, i, Hash.ZERO));
            }
            four.run(10);
        }
        four.run(1000);
    }

    private void serve(LedgerStore store) {
        OpenedLedger opened = new LedgerStart(KeyRing.of(ConsortiumKeys.of(PEER)), SIGNATURES, store)
                .open(
                        four.genesis,
                        TestLedger.ORIGIN_LINE,
                        "m" + PEER,
                        ledgerId -> new MemoryVoteLog(new DiskFaults()),
                        Consortium.BEGIN_MS);
        KnownEpochs epochs = new KnownEpochs(opened, new SharedChecks(SIGNATURES));
        new SyncTraffic(store, epochs, server, Runnable::run, new SimpleMeterRegistry()).open(() -> {});
    }

    private LedgerStart start(LedgerStore store) {
        return new LedgerStart(KeyRing.of(ConsortiumKeys.of(SELF)), SIGNATURES, store);
    }

    /** Blocks a second by executing them. */
    private double execute(LedgerStore source) throws Exception {
        long top = source.appliedHeight();
        try (TestDatabase disk = new TestDatabase(Files.createTempDirectory("catch-up"))) {
            OpenedLedger opened = start(disk.store)
                    .open(
                            four.genesis,
                            TestLedger.ORIGIN_LINE,
                            "m" + SELF,
                            ledgerId -> new MemoryVoteLog(new DiskFaults()),
                            Consortium.BEGIN_MS);
            LedgerAgent agent = new LedgerAgent(
                    TestLedger.SETTINGS,
                    new LedgerParts(opened, client, verify, System::currentTimeMillis, new SimpleMeterRegistry()));
            Thread self = Thread.currentThread();
            agent.start(new Nobody(), () -> LockSupport.unpark(self), System.nanoTime());
            long began = System.nanoTime();
            ByteString certificate = Objects.requireNonNull(source.finalization(top));
            byte[] frame = ConsensusFrame.of(
                    Certificate.readFrom(new ByteReader(certificate.toBytes(), MalformedException.BLOCK), 4));
            client.hear(PeerLinks.Channel.CONSENSUS, frame);
            while (agent.height() < top) {
                if (agent.doWork(System.nanoTime()) == 0) {
                    LockSupport.parkNanos(100_000);
                }
            }
            double seconds = (System.nanoTime() - began) / 1e9;
            agent.close();
            return top / seconds;
        }
    }

    /** Blocks a second by a snapshot, which has all but the last few. */
    private double arrive() throws Exception {
        try (TestDatabase disk = new TestDatabase(Files.createTempDirectory("arrival"))) {
            Arrival.Terms terms = new Arrival.Terms(
                    four.genesis,
                    four.genesis,
                    LedgerStart.first(four.genesis, Consortium.BEGIN_MS),
                    1,
                    TimeUnit.SECONDS.toNanos(30),
                    TimeUnit.SECONDS.toNanos(30));
            MemoryVoteLog log = new MemoryVoteLog(new DiskFaults());
            // One server stands for the f + 1 that have to say the same.
            PeerLinks two = new TwoNames(client, PEER, PEER + 1);
            Arrival arrival = new Arrival(terms, disk.store, () -> log, SIGNATURES, two);
            long began = System.nanoTime();
            arrival.start(began);
            while (arrival.outcome() == Arrival.Outcome.UNDER_WAY) {
                if (!arrival.doWork(System.nanoTime())) {
                    LockSupport.parkNanos(100_000);
                }
            }
            double seconds = (System.nanoTime() - began) / 1e9;
            return disk.store.appliedHeight() / seconds;
        }
    }

    /** Listens to nothing. */
    private static final class Nobody implements LedgerListener {
        @Override
        public void onApplied(Applied applied) {
            // What a broker does with it is not measured here.
        }

        @Override
        public void onCheckpoint(PublishedCheckpoint checkpoint) {
            // As above.
        }
    }

    /** The same node twice. */
    private record TwoNames(PeerLinks links, int first, int second) implements PeerLinks {
        @Override
        public List<Integer> peers() {
            return List.of(first, second);
        }

        @Override
        public boolean send(int peer, Channel channel, byte[] frame) {
            return links.send(first, channel, frame);
        }

        @Override
        public void receive(Channel channel, Receiver receiver) {
            links.receive(channel, (from, frame) -> {
                receiver.onFrame(first, frame);
                receiver.onFrame(second, frame);
            });
        }
    }

    public static void main(String[] arguments) throws Exception {
        int blocks = Integer.parseInt(arguments[0]);
        int batches = Integer.parseInt(arguments[1]);
        CatchUpBenchmark benchmark = new CatchUpBenchmark(Long.parseLong(arguments[2]));
        long began = System.nanoTime();
        benchmark.grow(blocks, batches);
        LedgerStore source = benchmark.four.nodes.get(PEER - 1).store;
        System.out.printf("%d blocks made in %.1f s%n", source.appliedHeight(), (System.nanoTime() - began) / 1e9);
        benchmark.serve(source);
        for (int run = 0; run < 4; run++) {
            System.out.printf("executed: %.0f blocks/s%n", benchmark.execute(source));
            System.out.printf("snapshot: %.0f blocks/s%n", benchmark.arrive());
        }
        benchmark.served.shutdownNow();
        benchmark.verify.shutdownNow();
    }
}
