package io.waxwing.node.runtime;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waxwing.ledger.batch.AvailabilityCertificate;
import io.waxwing.ledger.batch.BatchHeader;
import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.batch.BatchStatement;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.batch.OriginPart;
import io.waxwing.ledger.control.Genesis;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.dispute.Disputes;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.sign.Signer;
import io.waxwing.ledger.spi.LedgerListener;
import io.waxwing.ledger.spi.PeerLinks;
import io.waxwing.ledger.spi.PublishedCheckpoint;
import io.waxwing.node.TestLedger;
import io.waxwing.node.crypto.KeyRing;
import io.waxwing.node.crypto.Signatures;
import io.waxwing.node.snapshot.Arrival;
import io.waxwing.node.start.LedgerStart;
import io.waxwing.node.store.KeptProposals;
import io.waxwing.testkit.fake.DiskFaults;
import io.waxwing.testkit.fake.MemoryLedgerStore;
import io.waxwing.testkit.fake.MemoryVoteLog;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.IntToLongFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Several nodes with links in memory and virtual time, called in turn on one thread. */
final class Consortium {
    static final long BEGIN_MS = 1_760_000_000_000L;
    private static final long LINK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final Signatures SIGNATURES = Signatures.bouncyCastle();

    final List<Node> nodes = new ArrayList<>();
    final ConfigLeaf genesis;
    private final int validators;
    private final PriorityQueue<WireFrame> wire = new PriorityQueue<>();
    /** What becomes of a frame of the channel SYNC that a node sends. */
    BiFunction<Integer, byte[], byte[]> forger = (from, frame) -> frame;

    /** How much longer than others a frame of the channel SYNC from a node is on its way, in milliseconds. */
    IntToLongFunction slowness = from -> 0;

    int rangesSent;
    /** Which frames get lost. */
    Predicate<byte[]> lost = frame -> false;

    private final Set<Long> links = new TreeSet<>();
    private long nanos;
    private long sent;

    Consortium(int size) {
        this(size, 0);
    }

    /**
     * With so many validators; behind them an observing institution's node and a further node of the first, if asked.
     */
    Consortium(int size, int followers) {
        this(size, followers, "");
    }

    /** The same with lines behind the audience's in the first registry. */
    Consortium(int size, int followers, String parameters) {
        this(ConsortiumGenesis.of(size, followers, parameters), size, followers);
    }

    Consortium(ConfigLeaf genesis, int size, int followers) {
        this.genesis = genesis;
        for (int id = 1; id <= size + followers; id++) {
            nodes.add(new Node(id, "m" + (id == size + 2 ? 1 : id)));
        }
        validators = size;
        nodes.subList(0, size).forEach(Node::start);
    }

    /** A node that is not in the genesis; its number is that of the next origin. */
    Node newcomer(int id) {
        return newcomer(id, "m" + id);
    }

    Node newcomer(int id, String institution) {
        Node node = new Node(id, institution);
        nodes.add(node);
        return node;
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
        for (WireFrame next = wire.peek(); next != null && next.at() <= nanos; next = wire.peek()) {
            wire.remove();
            Node to = nodes.get(next.to() - 1);
            PeerLinks.Receiver receiver = to.receivers.get(next.channel());
            if (linked(next.from(), next.to()) && receiver != null) {
                receiver.onFrame(next.from(), next.bytes());
            }
        }
    }

    /** Links open after both nodes have started, and are lost with either or when one is cut off. */
    private void openLinks() {
        for (Node from : nodes) {
            for (Node to : nodes) {
                boolean should = from != to && from.isUp() && to.isUp() && !from.isCut && !to.isCut;
                if (!should) {
                    links.remove(link(from.id, to.id));
                } else if (links.add(link(from.id, to.id))) {
                    from.hear(to.id);
                }
            }
        }
    }

    private static long link(int from, int to) {
        return (long) from << 32 | to;
    }

    private boolean linked(int from, int to) {
        return links.contains(link(from, to));
    }

    /** Whether that node has nothing to do at this instant and knows when it will. */
    boolean sleeps(Node node) {
        return node.agent().nextTimeoutNanos() - nanos > 0;
    }

    /** A batch of that member, held by everybody else. */
    BatchReference batch(int member, long batchSeq, Hash topicTag) {
        return batch(member, batchSeq, topicTag, Sha256.digest(new byte[] {(byte) member, (byte) batchSeq}));
    }

    /** The same, of one event. */
    BatchReference batch(int member, long batchSeq, Hash topicTag, Hash eventsRoot) {
        Hash ledgerId = genesis.configHash();
        OriginPart part = new OriginPart(member, batchSeq, 1, BEGIN_MS, topicTag, eventsRoot);
        BatchHeader header = BatchStatement.over(
                        new Lane(member, Genesis.SOLO_AUDIENCE), batchSeq, batchSeq, List.of(part))
                .signedBy(originOf(member), ledgerId);
        byte[] message = AvailabilityCertificate.signedMessage(ledgerId, header.batchId());
        long bitmap = 0;
        List<ByteString> signatures = new ArrayList<>();
        for (int holder = 1; holder <= validators; holder++) {
            if (holder != member && inForce().isMember(holder)) {
                bitmap |= 1L << holder;
                signatures.add(ByteString.of(originOf(holder).sign(message)));
            }
        }
        return new BatchReference(header, List.of(part), new AvailabilityCertificate(bitmap, signatures));
    }

    private Signer originOf(int member) {
        return nodes.get(member - 1).ring.in(inForce()).origin();
    }

    private Registry inForce() {
        ConfigLeaf newest = nodes.stream()
                .flatMap(node -> node.epochs.stream())
                .max(Comparator.comparingLong(ConfigLeaf::epoch))
                .orElse(genesis);
        return Registry.parse(newest.registry());
    }

    /** One member's node, through several lives. */
    final class Node implements LedgerListener, PeerLinks, KeptProposals {
        final int id;
        private final String institution;
        KeyRing ring;
        final List<ConfigLeaf> epochs = new ArrayList<>();
        private final Map<Hash, KeptProposals.Kept> proposals = new TreeMap<>();
        SimpleMeterRegistry metrics = new SimpleMeterRegistry();
        /** What is written beside the keys, which no test loses. */
        private final Map<ByteString, String> verdicts = new HashMap<>();

        final DiskFaults faults = new DiskFaults();
        MemoryLedgerStore store = new MemoryLedgerStore(faults);
        MemoryVoteLog log = new MemoryVoteLog(faults);
        int frames;
        private boolean isCut;
        final List<Applied> applied = new ArrayList<>();
        final List<PublishedCheckpoint> checkpoints = new ArrayList<>();
        Disputes disputes = Disputes.NONE;
        private @Nullable LedgerAgent agent;
        private final Map<Channel, Receiver> receivers = new EnumMap<>(Channel.class);
        private @Nullable UpListener hearsUp;
        private @Nullable Arrival arrival;
        Arrival.@Nullable Outcome arrived;

        Node(int id, String institution) {
            this.id = id;
            this.institution = institution;
            this.ring = KeyRing.of(ConsortiumKeys.of(id));
        }

        void start() {
            var opened = new LedgerStart(ring, SIGNATURES, store)
                    .open(
                            genesis,
                            TestLedger.ORIGIN_LINE,
                            institution,
                            ledgerId -> new KeptLog(log, verdicts),
                            BEGIN_MS);
            metrics = new SimpleMeterRegistry();
            LedgerAgent made = new LedgerAgent(
                    TestLedger.SETTINGS,
                    new LedgerParts(opened, this, Runnable::run, Consortium.this::nowMs, metrics, this));
            made.start(this, () -> {}, nanos);
            agent = made;
            openLinks();
        }

        /** Starts after it has tried to begin with a snapshot, if the ledger has so many blocks. */
        void arrive(ConfigLeaf known, long blocksBehind) {
            Arrival.Terms terms = new Arrival.Terms(
                    genesis,
                    known,
                    LedgerStart.first(genesis, BEGIN_MS),
                    blocksBehind,
                    PATIENCE_NANOS,
                    2 * PATIENCE_NANOS);
            arrived = null;
            arrival = new Arrival(terms, store, () -> new KeptLog(log, verdicts), SIGNATURES, this);
            arrival.start(nanos);
            openLinks();
        }

        private void arrive(Arrival arriving) {
            for (int turn = 0; turn < 20 && arriving.doWork(nanos); turn++) {
                // As long as there is something to do at this instant.
            }
            if (arriving.outcome() != Arrival.Outcome.UNDER_WAY) {
                arrived = arriving.outcome();
                arrival = null;
                log = log.reopened();
                start();
            }
        }

        /** The process is gone; the disk keeps that many of the writes that were not forced. */
        void crash(int kept) {
            agent = null;
            arrival = null;
            receivers.clear();
            hearsUp = null;
            openLinks();
            store = store.afterCrash(kept);
            log = log.reopened();
        }

        /** Takes its links away, or gives them back. */
        void cut(boolean off) {
            isCut = off;
            openLinks();
        }

        boolean isUp() {
            return agent != null || arrival != null;
        }

        LedgerAgent agent() {
            return java.util.Objects.requireNonNull(agent);
        }

        void work() {
            Arrival arriving = arrival;
            if (arriving != null) {
                arrive(arriving);
            }
            LedgerAgent running = agent;
            for (int turn = 0; running != null && turn < 20 && running.doWork(nanos) > 0; turn++) {
                // As long as there is something to do at this instant.
            }
        }

        @Override
        public List<Kept> all() {
            return List.copyOf(proposals.values());
        }

        @Override
        public void keep(Kept kept) {
            if (faults.refuses()) {
                throw new LedgerFailure("WXW-3121", "no space left (simulated)");
            }
            proposals.put(kept.proposal().intent(), kept);
        }

        @Override
        public void forget(Hash intent) {
            proposals.remove(intent);
        }

        @Override
        public void onEpoch(ConfigLeaf config) {
            epochs.add(config);
        }

        @Override
        public void onApplied(Applied block) {
            applied.add(block);
        }

        @Override
        public void onDisputes(Disputes now, long height, long timeMs) {
            disputes = now;
        }

        @Override
        public void onCheckpoint(PublishedCheckpoint checkpoint) {
            checkpoints.add(checkpoint);
        }

        @Override
        public List<Integer> peers() {
            List<Integer> others = new ArrayList<>();
            for (int peer = 1; peer <= nodes.size(); peer++) {
                if (peer != id) {
                    others.add(peer);
                }
            }
            return others;
        }

        @Override
        public boolean send(int peer, Channel channel, byte[] frame) {
            frames++;
            if (!linked(id, peer)) {
                return false;
            }
            if (lost.test(frame)) {
                return true;
            }
            rangesSent += channel == Channel.SYNC && frame[0] == 2 ? 1 : 0;
            byte[] bytes = channel == Channel.SYNC ? forger.apply(id, frame) : frame;
            long slowMs = channel == Channel.SYNC ? slowness.applyAsLong(id) : 0;
            long atNanos = nanos + LINK_NANOS + TimeUnit.MILLISECONDS.toNanos(slowMs);
            wire.add(new WireFrame(atNanos, sent++, id, peer, channel, bytes));
            return true;
        }

        @Override
        public void receive(Channel channel, Receiver newReceiver) {
            receivers.put(channel, newReceiver);
        }

        @Override
        public boolean isUp(int peer, Channel channel) {
            return linked(id, peer);
        }

        @Override
        public void onUp(UpListener listener) {
            hearsUp = listener;
        }

        private void hear(int peer) {
            UpListener hears = hearsUp;
            if (hears != null) {
                for (Channel channel : Channel.values()) {
                    hears.onUp(peer, channel);
                }
            }
        }
    }

    private long nowMs() {
        return BEGIN_MS + TimeUnit.NANOSECONDS.toMillis(nanos);
    }
}
