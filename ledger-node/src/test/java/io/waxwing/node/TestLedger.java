package io.waxwing.node;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waxwing.ledger.batch.AvailabilityCertificate;
import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.batch.BatchStatement;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.batch.OriginPart;
import io.waxwing.ledger.commit.Component;
import io.waxwing.ledger.commit.PayloadCommitment;
import io.waxwing.ledger.commit.Salt;
import io.waxwing.ledger.commit.TopicTag;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.merkle.MerkleRoot;
import io.waxwing.ledger.sign.Signer;
import io.waxwing.ledger.spi.LedgerListener;
import io.waxwing.ledger.spi.LedgerStore;
import io.waxwing.ledger.spi.PublishedCheckpoint;
import io.waxwing.ledger.spi.VoteLog;
import io.waxwing.node.crypto.NodeKeys;
import io.waxwing.node.crypto.Signatures;
import io.waxwing.node.runtime.LedgerAgent;
import io.waxwing.node.runtime.LedgerParts;
import io.waxwing.node.runtime.LedgerSettings;
import io.waxwing.node.start.LedgerStart;
import io.waxwing.node.start.OpenedLedger;
import io.waxwing.node.store.AppliedReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A ledger of one on any store and vote log, with virtual time, and what it has told. */
public final class TestLedger implements LedgerListener {
    public static final String ORIGIN_LINE = "ledger.example";
    public static final LedgerSettings SETTINGS = LedgerSettings.of(ORIGIN_LINE, "acme");
    public static final Lane LANE = new Lane(1, 1);
    private static final Signatures SIGNATURES = Signatures.bouncyCastle();

    public final LedgerAgent agent;
    public final List<Applied> applied = new ArrayList<>();
    public final List<PublishedCheckpoint> checkpoints = new ArrayList<>();
    public long nowMs = 1_760_000_000_000L;

    private TestLedger(OpenedLedger ledger) {
        this(ledger, SETTINGS);
    }

    private TestLedger(OpenedLedger ledger, LedgerSettings settings) {
        this.agent = new LedgerAgent(settings, LedgerParts.alone(ledger, () -> nowMs, new SimpleMeterRegistry()));
    }

    public static NodeKeys keys(String name) {
        return new NodeKeys(signer(name + " vote"), signer(name + " cosigner"), signer(name + " log"), origin(name));
    }

    public static Signer origin(String name) {
        return signer(name + " origin");
    }

    private static Signer signer(String name) {
        return SIGNATURES.signer(
                Sha256.digest(name.getBytes(StandardCharsets.UTF_8)).toBytes());
    }

    /** Opens without starting. */
    public static TestLedger open(LedgerStore store, VoteLog log) {
        return new TestLedger(openLedger(store, log));
    }

    public static TestLedger open(LedgerStore store, VoteLog log, LedgerSettings settings) {
        return new TestLedger(openLedger(store, log), settings);
    }

    /** Over a ledger opened elsewhere. */
    public static TestLedger of(OpenedLedger ledger) {
        return new TestLedger(ledger);
    }

    public static OpenedLedger openLedger(LedgerStore store, VoteLog log) {
        return new LedgerStart(keys("test"), SIGNATURES, store)
                .solo(ORIGIN_LINE, "acme", id -> log, 1_760_000_000_000L);
    }

    /** Hears again what the applied blocks did. */
    public void replay(LedgerStore store) {
        AppliedReader reader = new AppliedReader(store);
        for (long height = 1; height <= agent.height(); height++) {
            onApplied(reader.at(height));
        }
    }

    public TestLedger start() {
        agent.start(this, () -> {}, nowNanos());
        return this;
    }

    public long nowNanos() {
        return TimeUnit.MILLISECONDS.toNanos(nowMs);
    }

    /** Lets time pass, then does what there is to do. */
    public int after(long milliseconds) {
        nowMs += milliseconds;
        return agent.doWork(nowNanos());
    }

    @Override
    public void onApplied(Applied block) {
        applied.add(block);
    }

    @Override
    public void onCheckpoint(PublishedCheckpoint checkpoint) {
        checkpoints.add(checkpoint);
    }

    /** Makes the batches of one lane, one after the other, and remembers what they commit to. */
    public static final class Batches {
        private final Hash ledgerId;
        private final Map<Hash, List<Event>> events = new HashMap<>();
        private long nextBatch = 1;
        private long nextEvent = 1;

        public Batches(Hash ledgerId) {
            this.ledgerId = ledgerId;
        }

        /** An event as its origin knows it. */
        public record Event(PayloadCommitment commitment, List<byte[]> parts) {}

        /** A batch with one segment per count; segment i is of topic i. */
        public BatchReference next(int... counts) {
            List<OriginPart> parts = new ArrayList<>();
            long first = nextEvent;
            for (int topic = 0; topic < counts.length; topic++) {
                List<Event> made = new ArrayList<>();
                for (int i = 0; i < counts[topic]; i++) {
                    made.add(event(topic, nextEvent + i));
                }
                Hash root = MerkleRoot.ofHashEntries(
                        made.stream().map(e -> e.commitment().payloadCommit()).toList());
                events.put(root, made);
                parts.add(new OriginPart(1, nextEvent, counts[topic], 1_760_000_000_000L, tag(topic), root));
                nextEvent += counts[topic];
            }
            BatchStatement statement = BatchStatement.over(LANE, nextBatch, first, parts);
            nextBatch++;
            return new BatchReference(
                    statement.signedBy(origin("test"), ledgerId), parts, AvailabilityCertificate.ORIGIN_ONLY);
        }

        public List<Event> eventsOf(Hash eventsRoot) {
            return events.getOrDefault(eventsRoot, List.of());
        }

        public static Hash tag(int topic) {
            return TopicTag.of(
                    ByteString.of(Sha256.digest(new byte[] {(byte) topic}).toBytes()), 1);
        }

        private static Event event(int topic, long originSeq) {
            List<byte[]> parts = List.of(
                    Component.topic("home/topic-" + topic),
                    Component.headers(Map.of("content-type", "text/plain")),
                    new byte[0],
                    ("event " + originSeq).getBytes(StandardCharsets.UTF_8));
            Salt salt = Salt.of(Sha256.digest(("salt " + originSeq).getBytes(StandardCharsets.UTF_8))
                    .toBytes());
            return new Event(PayloadCommitment.of(salt, parts.get(0), parts.get(1), parts.get(2), parts.get(3)), parts);
        }
    }
}
