package io.waxwing.node.runtime;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waxwing.ledger.batch.AvailabilityCertificate;
import io.waxwing.ledger.batch.BatchHeader;
import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.batch.BatchStatement;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.batch.OriginPart;
import io.waxwing.ledger.control.Genesis;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.note.NoteKey;
import io.waxwing.ledger.note.TrustPolicy;
import io.waxwing.ledger.spi.LedgerListener;
import io.waxwing.ledger.spi.PeerLinks;
import io.waxwing.ledger.spi.PublishedCheckpoint;
import io.waxwing.node.TestLedger;
import io.waxwing.node.crypto.NodeKeys;
import io.waxwing.node.crypto.Signatures;
import io.waxwing.node.start.LedgerStart;
import io.waxwing.testkit.fake.DiskFaults;
import io.waxwing.testkit.fake.MemoryLedgerStore;
import io.waxwing.testkit.fake.MemoryVoteLog;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Several nodes with links in memory and virtual time, called in turn on one thread. */
final class Consortium {
    static final long BEGIN_MS = 1_760_000_000_000L;
    private static final long LINK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final Signatures SIGNATURES = Signatures.bouncyCastle();

    final List<Node> nodes = new ArrayList<>();
    final ConfigLeaf genesis;
    private final PriorityQueue<Frame> wire = new PriorityQueue<>();
    /** Which frames get lost. */
    Predicate<byte[]> lost = frame -> false;

    private long nanos;
    private long sent;

    private record Frame(long at, long number, int from, int to, byte[] bytes) implements Comparable<Frame> {
        @Override
        public int compareTo(Frame other) {
            return at == other.at ? Long.compare(number, other.number) : Long.compare(at, other.at);
        }
    }

    Consortium(int size) {
        StringBuilder institutions = new StringBuilder();
        StringBuilder origins = new StringBuilder();
        List<NoteKey> logs = new ArrayList<>();
        List<TrustPolicy.Witness> witnesses = new ArrayList<>();
        StringBuilder everybody = new StringBuilder();
        for (int id = 1; id <= size; id++) {
            NodeKeys keys = keys(id);
            institutions.append("institution " + id + " m" + id + " validator "
                    + keys.vote().publicKey() + " " + keys.cosigner().publicKey() + " "
                    + keys.log().publicKey()
                    + "\n");
            origins.append(
                    "origin " + id + " " + id + " active " + keys.origin().publicKey() + "\n");
            logs.add(new NoteKey(TestLedger.ORIGIN_LINE, NoteKey.LOG, keys.log().publicKey()));
            NoteKey cosigner = new NoteKey(
                    "m" + id + "." + TestLedger.ORIGIN_LINE,
                    NoteKey.COSIGNATURE,
                    keys.cosigner().publicKey());
            witnesses.add(new TrustPolicy.Witness("m" + id, cosigner, null));
            everybody.append(id == 1 ? "" : ",").append(id);
        }
        String registry = institutions.toString() + origins + "audience 1 quorum " + everybody + "\n";
        ByteString policy = TrustPolicy.threshold(logs, witnesses, io.waxwing.ledger.control.Quorum.of(size))
                .encode();
        genesis = new ConfigLeaf(0, 0, Hash.ZERO, policy, ByteString.utf8(registry), List.of());
        for (int id = 1; id <= size; id++) {
            nodes.add(new Node(id));
        }
        nodes.forEach(Node::start);
    }

    private static NodeKeys keys(int id) {
        return TestLedger.keys("member " + id);
    }

    /** Lets that much time pass, one millisecond after the other. */
    void run(long milliseconds) {
        for (long i = 0; i < milliseconds; i++) {
            nanos += TimeUnit.MILLISECONDS.toNanos(1);
            deliver();
            nodes.forEach(Node::work);
        }
    }

    private void deliver() {
        for (Frame next = wire.peek(); next != null && next.at() <= nanos; next = wire.peek()) {
            wire.remove();
            Node to = nodes.get(next.to() - 1);
            PeerLinks.Receiver receiver = to.receiver;
            if (to.isUp() && receiver != null) {
                receiver.onFrame(next.from(), next.bytes());
            }
        }
    }

    /** Whether that node has nothing to do at this instant and knows when it will. */
    boolean sleeps(Node node) {
        return node.agent().nextTimeoutNanos() - nanos > 0;
    }

    /** A batch of that member, held by everybody else. */
    BatchReference batch(int member, long batchSeq, Hash topicTag) {
        Hash ledgerId = genesis.configHash();
        OriginPart part = new OriginPart(
                member, batchSeq, 1, BEGIN_MS, topicTag, Sha256.digest(new byte[] {(byte) member, (byte) batchSeq}));
        BatchHeader header = BatchStatement.over(
                        new Lane(member, Genesis.SOLO_AUDIENCE), batchSeq, batchSeq, List.of(part))
                .signedBy(keys(member).origin(), ledgerId);
        byte[] message = AvailabilityCertificate.signedMessage(ledgerId, header.batchId());
        long bitmap = 0;
        List<ByteString> signatures = new ArrayList<>();
        for (int holder = 1; holder <= nodes.size(); holder++) {
            if (holder != member) {
                bitmap |= 1L << holder;
                signatures.add(ByteString.of(keys(holder).origin().sign(message)));
            }
        }
        return new BatchReference(header, List.of(part), new AvailabilityCertificate(bitmap, signatures));
    }

    /** One member's node, through several lives. */
    final class Node implements LedgerListener, PeerLinks {
        final int id;
        final DiskFaults faults = new DiskFaults();
        MemoryLedgerStore store = new MemoryLedgerStore(faults);
        MemoryVoteLog log = new MemoryVoteLog(faults);
        int frames;
        final List<Applied> applied = new ArrayList<>();
        final List<PublishedCheckpoint> checkpoints = new ArrayList<>();
        private @Nullable LedgerAgent agent;
        private PeerLinks.@Nullable Receiver receiver;

        Node(int id) {
            this.id = id;
        }

        void start() {
            var opened = new LedgerStart(keys(id), SIGNATURES, store)
                    .open(genesis, TestLedger.ORIGIN_LINE, "m" + id, ledgerId -> log, BEGIN_MS);
            LedgerAgent made = new LedgerAgent(
                    TestLedger.SETTINGS,
                    new LedgerAgent.Parts(
                            opened, this, Runnable::run, Consortium.this::nowMs, new SimpleMeterRegistry()));
            made.start(this, () -> {}, nanos);
            agent = made;
        }

        /** The process is gone; the disk keeps that many of the writes that were not forced. */
        void crash(int kept) {
            agent = null;
            receiver = null;
            store = store.afterCrash(kept);
            log = log.reopened();
        }

        boolean isUp() {
            return agent != null;
        }

        LedgerAgent agent() {
            return java.util.Objects.requireNonNull(agent);
        }

        void work() {
            LedgerAgent running = agent;
            for (int turn = 0; running != null && turn < 20 && running.doWork(nanos) > 0; turn++) {
                // As long as there is something to do at this instant.
            }
        }

        @Override
        public void onApplied(Applied block) {
            applied.add(block);
        }

        @Override
        public void onCheckpoint(PublishedCheckpoint checkpoint) {
            checkpoints.add(checkpoint);
        }

        @Override
        public List<Integer> peers() {
            List<Integer> others = new ArrayList<>();
            for (int peer = 1; peer <= genesisSize(); peer++) {
                if (peer != id) {
                    others.add(peer);
                }
            }
            return others;
        }

        @Override
        public boolean send(int peer, Channel channel, byte[] frame) {
            frames++;
            if (lost.test(frame)) {
                return true;
            }
            wire.add(new Frame(nanos + LINK_NANOS, sent++, id, peer, frame));
            return true;
        }

        @Override
        public void receive(Channel channel, Receiver newReceiver) {
            receiver = newReceiver;
        }
    }

    private int genesisSize() {
        return io.waxwing.ledger.control.Registry.parse(genesis.registry())
                .validators()
                .size();
    }

    private long nowMs() {
        return BEGIN_MS + TimeUnit.NANOSECONDS.toMillis(nanos);
    }
}
