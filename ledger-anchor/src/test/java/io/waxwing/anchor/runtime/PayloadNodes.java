package io.waxwing.anchor.runtime;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waxwing.anchor.availability.AudienceNodes;
import io.waxwing.anchor.availability.AudienceSecret;
import io.waxwing.anchor.availability.Audiences;
import io.waxwing.anchor.availability.HeldBatch;
import io.waxwing.anchor.availability.Members;
import io.waxwing.anchor.availability.PayloadFrame;
import io.waxwing.anchor.availability.PayloadFrame.Push;
import io.waxwing.anchor.availability.PayloadStore;
import io.waxwing.ledger.batch.AvailabilityCertificate;
import io.waxwing.ledger.batch.BatchHeader;
import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.batch.BatchStatement;
import io.waxwing.ledger.batch.CarriedEvent;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.batch.OriginPart;
import io.waxwing.ledger.control.ChallengeTerms;
import io.waxwing.ledger.control.Genesis;
import io.waxwing.ledger.control.JoinFile;
import io.waxwing.ledger.control.KeyPurpose;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.control.Registry.Availability;
import io.waxwing.ledger.dispute.ErasedEvents;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.merkle.MerkleRoot;
import io.waxwing.ledger.sign.Signer;
import io.waxwing.ledger.simplex.VoteRecord;
import io.waxwing.ledger.spi.Ledger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** Nodes 1 to 4 of four institutions; frames go from one to the other when {@link #deliver} is called. */
abstract class PayloadNodes {
    static final Hash SECRET = Sha256.digest(new byte[] {1});
    static final ConfigLeaf GENESIS = Genesis.of(
            joins(),
            new Genesis.Terms("l.example", Availability.QUORUM, 1, List.of(), new ChallengeTerms(30, 600_000)));
    static final Registry REGISTRY = Registry.parse(GENESIS.registry());
    static final Hash LEDGER_ID = GENESIS.configHash();

    final Map<Integer, Node> nodes = new HashMap<>();
    final Deque<Runnable> wire = new ArrayDeque<>();

    static List<JoinFile> joins() {
        List<JoinFile> joins = new ArrayList<>();
        for (int member = 0; member < 4; member++) {
            joins.add(io.waxwing.testkit.epoch.Members.join(member, 0));
        }
        return joins;
    }

    static Signer origin(int node) {
        return io.waxwing.testkit.epoch.Members.signer(node - 1, 0, KeyPurpose.ORIGIN);
    }

    void deliver() {
        for (Runnable frame = wire.poll(); frame != null; frame = wire.poll()) {
            frame.run();
        }
    }

    Node node(int id, @Nullable Hash secret) {
        Node made = new Node(id, secret);
        nodes.put(id, made);
        return made;
    }

    final class Node implements PayloadStore, Ledger {
        final int id;
        final List<String> story = new ArrayList<>();
        final Map<Long, HeldBatch> held = new HashMap<>();
        final List<Runnable> unforced = new ArrayList<>();
        /** What the ledger has erased of every batch. */
        ErasedEvents erased = ErasedEvents.NONE;

        List<Long> erasures = List.of();
        final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
        final Audiences audiences;
        final AudienceSecret secret;
        final PayloadAgent agent;
        final List<Runnable> writing = new ArrayList<>();
        boolean diskIsSlow;
        boolean diskIsFull;
        boolean ringIsFull;
        boolean poolsAreFull;
        boolean poolsSleep;
        final List<Runnable> asleep = new ArrayList<>();
        boolean logIsFull;

        Node(int id, @Nullable Hash secret) {
            this.id = id;
            audiences = new Audiences(id, REGISTRY, audienceId -> secret);
            this.secret = Objects.requireNonNull(audiences.secret(Genesis.EVERYBODY));
            Executor pool = this::run;
            agent = new PayloadAgent(
                    new PayloadAgent.Parts(
                            audiences,
                            new Members(REGISTRY, LEDGER_ID, io.waxwing.testkit.epoch.Members.check()),
                            LEDGER_ID,
                            origin(id),
                            this,
                            this,
                            this::send,
                            (from, batchId, signature) -> story.add("signed by " + from),
                            of -> story.add("secret"),
                            pool,
                            pool,
                            pool),
                    metrics);
        }

        private void run(Runnable work) {
            if (poolsAreFull) {
                throw new RejectedExecutionException("full");
            }
            if (poolsSleep) {
                asleep.add(work);
            } else {
                work.run();
            }
        }

        void wakePools() {
            List<Runnable> now = List.copyOf(asleep);
            asleep.clear();
            now.forEach(Runnable::run);
        }

        private boolean send(int to, byte[] frame) {
            Node there = nodes.get(to);
            if (there != null) {
                wire.add(() -> there.agent.onFrame(id, frame));
            }
            return there != null;
        }

        @Override
        public ErasedEvents erased(long batchLeafIndex, long segments) {
            return erased;
        }

        @Override
        public List<Long> erasures(long batchLeafIndex, long segments) {
            return erasures;
        }

        @Override
        public @Nullable BatchHeader held(Lane lane, long batchSeq) {
            HeldBatch batch = held.get(batchSeq);
            return batch == null ? null : batch.header();
        }

        @Override
        public boolean hold(HeldBatch batch, boolean wanted, Done done) {
            if (ringIsFull) {
                return false;
            }
            if (diskIsSlow) {
                writing.add(() -> done.stored(true));
                return true;
            }
            if (!diskIsFull) {
                held.put(batch.batchSeq(), batch);
                story.add("stored " + batch.batchSeq());
            }
            done.stored(!diskIsFull);
            return true;
        }

        @Override
        public PayloadFrame.@Nullable Push read(Lane lane, long batchSeq, Hash batchId) {
            HeldBatch batch = held.get(batchSeq);
            return batch == null || !batch.batchId().equals(batchId)
                    ? null
                    : new Push(
                            batch.header(),
                            batch.events().stream()
                                    .map(HeldBatch.Content::event)
                                    .toList());
        }

        @Override
        public boolean submit(BatchReference reference) {
            throw new AssertionError("a holder submits nothing");
        }

        @Override
        public boolean record(VoteRecord record, Runnable forced) {
            if (logIsFull) {
                return false;
            }
            story.add("recorded " + record.getClass().getSimpleName());
            unforced.add(forced);
            return true;
        }

        void force() {
            List<Runnable> now = List.copyOf(unforced);
            unforced.clear();
            now.forEach(Runnable::run);
        }

        double count(String counter) {
            return metrics.get(counter).counter().count();
        }
    }

    static Push push(int originId, long batchSeq, String payload, Signer signer) {
        AudienceSecret secret = new AudienceSecret(
                Objects.requireNonNull(AudienceNodes.of(REGISTRY, Genesis.EVERYBODY, originId)), SECRET);
        CarriedEvent event =
                new CarriedEvent(1, 0, false, 5, SECRET, "t", new byte[0], payload.getBytes(StandardCharsets.UTF_8));
        Hash root = MerkleRoot.ofHashEntries(List.of(event.payloadCommit()));
        List<OriginPart> parts =
                List.of(new OriginPart(originId, batchSeq, 1, 5, Objects.requireNonNull(secret.tagOf("t")), root));
        BatchHeader header = BatchStatement.over(new Lane(originId, Genesis.EVERYBODY), batchSeq, batchSeq, parts)
                .signedBy(signer, LEDGER_ID);
        return new Push(header, List.of(event));
    }

    static Push push(long batchSeq, String payload) {
        return push(1, batchSeq, payload, origin(1));
    }

    static BatchReference certified(Push push) {
        HeldBatch batch = HeldBatch.check(push, topic -> {
            AudienceSecret secret = new AudienceSecret(
                    Objects.requireNonNull(AudienceNodes.of(REGISTRY, Genesis.EVERYBODY, 1)), SECRET);
            return Objects.requireNonNull(secret.tagOf(topic));
        });
        List<OriginPart> parts = List.of(new OriginPart(
                1,
                batch.batchSeq(),
                1,
                5,
                batch.events().get(0).topicTag(),
                MerkleRoot.ofHashEntries(List.of(batch.events().get(0).commit()))));
        return new BatchReference(push.header(), parts, AvailabilityCertificate.ORIGIN_ONLY);
    }
}
