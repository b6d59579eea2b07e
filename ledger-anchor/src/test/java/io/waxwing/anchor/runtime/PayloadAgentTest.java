package io.waxwing.anchor.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waxwing.anchor.availability.AudienceNodes;
import io.waxwing.anchor.availability.AudienceSecret;
import io.waxwing.anchor.availability.Audiences;
import io.waxwing.anchor.availability.CarriedEvent;
import io.waxwing.anchor.availability.HeldBatch;
import io.waxwing.anchor.availability.Members;
import io.waxwing.anchor.availability.PayloadFrame;
import io.waxwing.anchor.availability.PayloadFrame.Push;
import io.waxwing.anchor.availability.PayloadStore;
import io.waxwing.ledger.batch.AvailabilityCertificate;
import io.waxwing.ledger.batch.BatchHeader;
import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.batch.BatchStatement;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.batch.OriginPart;
import io.waxwing.ledger.control.Genesis;
import io.waxwing.ledger.control.JoinFile;
import io.waxwing.ledger.control.KeyPurpose;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.control.Registry.Availability;
import io.waxwing.ledger.execute.Applied;
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
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Nodes 1 to 4 of four institutions; frames go from one to the other when {@link #deliver} is called. */
class PayloadAgentTest {
    private static final Hash SECRET = Sha256.digest(new byte[] {1});
    private static final ConfigLeaf GENESIS =
            Genesis.of(joins(), new Genesis.Terms("l.example", Availability.QUORUM, 1));
    private static final Registry REGISTRY = Registry.parse(GENESIS.registry());
    private static final Hash LEDGER_ID = GENESIS.configHash();

    private final Map<Integer, Node> nodes = new HashMap<>();
    private final Deque<Runnable> wire = new ArrayDeque<>();

    private static List<JoinFile> joins() {
        List<JoinFile> joins = new ArrayList<>();
        for (int member = 0; member < 4; member++) {
            joins.add(io.waxwing.testkit.epoch.Members.join(member, 0));
        }
        return joins;
    }

    private static Signer origin(int node) {
        return io.waxwing.testkit.epoch.Members.signer(node - 1, 0, KeyPurpose.ORIGIN);
    }

    private void deliver() {
        for (Runnable frame = wire.poll(); frame != null; frame = wire.poll()) {
            frame.run();
        }
    }

    private Node node(int id, @Nullable Hash secret) {
        Node made = new Node(id, secret);
        nodes.put(id, made);
        return made;
    }

    private final class Node implements PayloadStore, Ledger {
        private final int id;
        private final List<String> story = new ArrayList<>();
        private final Map<Long, HeldBatch> held = new HashMap<>();
        private final List<Runnable> unforced = new ArrayList<>();
        private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
        private final Audiences audiences;
        private final AudienceSecret secret;
        private final PayloadAgent agent;
        private final List<Runnable> writing = new ArrayList<>();
        private boolean diskIsSlow;
        private boolean diskIsFull;
        private boolean ringIsFull;
        private boolean poolsAreFull;
        private boolean poolsSleep;
        private final List<Runnable> asleep = new ArrayList<>();
        private boolean logIsFull;

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
        public @Nullable Hash held(Lane lane, long batchSeq) {
            HeldBatch batch = held.get(batchSeq);
            return batch == null ? null : batch.batchId();
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

    private static Push push(int originId, long batchSeq, String payload, Signer signer) {
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

    private static Push push(long batchSeq, String payload) {
        return push(1, batchSeq, payload, origin(1));
    }

    private static BatchReference certified(Push push) {
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

    @Test
    void aHolderStoresThenRecordsThenForcesAndOnlyThenSigns() {
        Node origin = node(1, SECRET);
        Node holder = node(2, SECRET);
        holder.agent.onFrame(1, push(1, "x").encode());
        deliver();
        assertThat(holder.story).containsExactly("stored 1", "recorded Avail");
        assertThat(origin.story).isEmpty();
        holder.force();
        deliver();
        assertThat(origin.story).containsExactly("signed by 2");
    }

    @Test
    void aRepetitionIsSignedAgainWithoutBeingStoredAgain() {
        Node origin = node(1, SECRET);
        Node holder = node(2, SECRET);
        holder.agent.onFrame(1, push(1, "x").encode());
        holder.agent.onFrame(1, push(1, "x").encode());
        holder.force();
        holder.agent.onFrame(1, push(1, "x").encode());
        deliver();
        assertThat(origin.story).as("said a moment ago").containsExactly("signed by 2");
        holder.agent.doWork(TimeUnit.SECONDS.toNanos(1));
        holder.agent.onFrame(1, push(1, "x").encode());
        deliver();
        assertThat(holder.story).as("once on the disk and in the log").containsExactly("stored 1", "recorded Avail");
        assertThat(origin.story).containsExactly("signed by 2", "signed by 2");
    }

    @Test
    void oneNodeMayHaveOnlySoManyFramesUnderWayAndTheOthersAreServedAllTheSame() {
        Node busy = node(2, SECRET);
        busy.poolsSleep = true;
        byte[] ask = new PayloadFrame.SecretWanted(Genesis.EVERYBODY).encode();
        for (int i = 0; i < PayloadTraffic.FRAMES_EACH + 1; i++) {
            busy.agent.onFrame(1, ask);
        }
        assertThat(busy.asleep).hasSize(PayloadTraffic.FRAMES_EACH);
        assertThat(busy.count("waxwing.payload.frames.dropped")).isEqualTo(1);
        busy.agent.onFrame(3, ask);
        assertThat(busy.asleep).hasSize(PayloadTraffic.FRAMES_EACH + 1);
        busy.wakePools();
        busy.agent.onFrame(1, ask);
        assertThat(busy.asleep).hasSize(1);
    }

    @Test
    void whatIsSaidAgainWhileItIsBeingStoredIsNotHashedAgain() {
        Node holder = node(2, SECRET);
        holder.diskIsSlow = true;
        Push first = push(1, "x");
        holder.agent.onFrame(1, first.encode());
        byte[] otherEvents = new Push(first.header(), push(1, "y").events()).encode();
        holder.agent.onFrame(1, otherEvents);
        assertThat(holder.count("waxwing.payload.frames.refused")).isZero();
        holder.writing.forEach(Runnable::run);
        assertThat(holder.story).containsExactly("recorded Avail");
        holder.agent.onFrame(1, otherEvents);
        assertThat(holder.count("waxwing.payload.frames.refused")).isEqualTo(1);
    }

    @Test
    void aSecondContentUnderOneNumberIsNotSigned() {
        Node holder = node(2, SECRET);
        holder.agent.onFrame(1, push(1, "x").encode());
        holder.agent.onFrame(1, push(1, "y").encode());
        assertThat(holder.story).containsExactly("stored 1", "recorded Avail");
        assertThat(holder.count("waxwing.payload.refused")).isEqualTo(1);
    }

    @Test
    void whatCouldNotBeStoredIsNotSignedAndTakenWhenItComesAgain() {
        Node holder = node(2, SECRET);
        holder.diskIsFull = true;
        holder.agent.onFrame(1, push(1, "x").encode());
        holder.diskIsFull = false;
        holder.ringIsFull = true;
        holder.agent.onFrame(1, push(1, "x").encode());
        assertThat(holder.story).isEmpty();
        holder.ringIsFull = false;
        holder.logIsFull = true;
        holder.agent.onFrame(1, push(1, "x").encode());
        assertThat(holder.story).containsExactly("stored 1");
        holder.logIsFull = false;
        assertThat(holder.agent.doWork(0)).isEqualTo(1);
        assertThat(holder.story).containsExactly("stored 1", "recorded Avail");
    }

    @Test
    void aBatchThatItsOriginDidNotSignOrThatAnotherNodeSendsIsRefused() {
        Node holder = node(2, SECRET);
        holder.agent.onFrame(1, push(1, 1, "x", origin(3)).encode());
        holder.agent.onFrame(3, push(1, "x").encode());
        holder.agent.onFrame(1, new byte[] {1, 2, 3});
        holder.agent.onFrame(1, new PayloadFrame.Pull(new Lane(1, 77), 1, SECRET).encode());
        assertThat(holder.story).isEmpty();
        assertThat(holder.count("waxwing.payload.frames.refused")).isEqualTo(4);
    }

    @Test
    void aSignatureOfAnotherKeyIsNotPassedOn() {
        Node origin = node(1, SECRET);
        byte[] message = AvailabilityCertificate.signedMessage(LEDGER_ID, SECRET);
        byte[] wrong = new PayloadFrame.Held(
                        SECRET, io.waxwing.ledger.hash.ByteString.of(origin(3).sign(message)))
                .encode();
        origin.agent.onFrame(2, wrong);
        assertThat(origin.story).isEmpty();
        origin.agent.onFrame(3, wrong);
        assertThat(origin.story).containsExactly("signed by 3");
    }

    @Test
    void whatIsFinalAndMissingIsFetchedFromWhoeverHasIt() {
        Node holder = node(2, SECRET);
        Node late = node(3, SECRET);
        holder.agent.onFrame(1, push(1, "x").encode());
        late.agent.want(certified(push(1, "x")));
        // Node 1 does not answer at all, node 2 is asked after it.
        late.agent.doWork(0);
        deliver();
        assertThat(late.story).isEmpty();
        late.agent.doWork(late.agent.nextWorkNanos());
        deliver();
        assertThat(late.story).containsExactly("stored 1");
        assertThat(late.agent.nextWorkNanos()).isEqualTo(Long.MAX_VALUE);
        assertThat(holder.count("waxwing.payload.served")).isEqualTo(1);
    }

    @Test
    void whoDoesNotHaveItSaysSoAndTheNextIsAskedWithoutWaiting() {
        node(2, SECRET);
        Node late = node(4, SECRET);
        late.agent.search(push(1, "x").header());
        // Node 1 is not there and does not answer; node 2 is asked after it, has nothing and says so.
        late.agent.doWork(0);
        long second = late.agent.nextWorkNanos();
        assertThat(second).isPositive();
        late.agent.doWork(second);
        deliver();
        assertThat(late.agent.nextWorkNanos()).as("node 3 is asked at once").isEqualTo(second);
        assertThat(late.story).isEmpty();
    }

    @Test
    void aNodeWithoutTheAudiencesSecretAsksForItAndTakesNothingBefore() {
        node(1, SECRET);
        Node fresh = node(3, null);
        fresh.agent.onFrame(1, push(1, "x").encode());
        assertThat(fresh.story).isEmpty();
        fresh.agent.doWork(0);
        deliver();
        assertThat(fresh.story).containsExactly("secret");
        assertThat(fresh.secret.secret()).isEqualTo(SECRET);
        fresh.agent.onFrame(1, push(1, "x").encode());
        assertThat(fresh.story).contains("stored 1");
    }

    /** The registry in which node 4 is retired. */
    private static Registry withoutNode4() {
        String key = Objects.requireNonNull(REGISTRY.origin(4)).key().toString();
        String text = REGISTRY.encode()
                .utf8()
                .replace("origin 4 4 active " + key, "origin 4 4 retired " + key)
                .replace("audience 1 quorum 1,2,3,4", "audience 1 quorum 1,2,3");
        return Registry.parse(io.waxwing.ledger.hash.ByteString.utf8(text));
    }

    @Test
    void whoeverHasLeftGetsNothingAndIsNotHeardAnyMore() {
        Node holder = node(2, SECRET);
        node(4, null);
        holder.agent.onFrame(1, push(1, "x").encode());
        holder.audiences.onRegistry(withoutNode4());
        holder.agent.onRegistry(withoutNode4());
        holder.agent.onFrame(4, new PayloadFrame.SecretWanted(Genesis.EVERYBODY).encode());
        holder.agent.onFrame(
                4,
                new PayloadFrame.Pull(
                                new Lane(1, Genesis.EVERYBODY),
                                1,
                                push(1, "x").header().batchId())
                        .encode());
        holder.agent.onFrame(4, push(4, 1, "y", origin(4)).encode());
        assertThat(holder.count("waxwing.payload.frames.refused")).isEqualTo(3);
        assertThat(wire).isEmpty();
        assertThat(holder.audiences.nodes(Genesis.EVERYBODY).others()).containsOnlyKeys(1, 3);
    }

    @Test
    void finalBatchesAreNotHeldForACertificateAnyMore() {
        Node holder = node(2, SECRET);
        BatchReference done = certified(push(1, "x"));
        holder.agent.onApplied(new Applied(
                1, 1, 0, 0, 1, Hash.ZERO, List.of(new Applied.AppliedBatch(done, 0, List.of())), List.of()));
        holder.agent.onFrame(1, push(1, "x").encode());
        assertThat(holder.story).isEmpty();
        holder.agent.restore(new Lane(1, Genesis.EVERYBODY), 100);
        holder.agent.onFrame(1, push(3, "x").encode());
        assertThat(holder.story).isEmpty();
    }

    @Test
    void whatThePoolsHaveNoRoomForIsDroppedAndCounted() {
        Node holder = node(2, SECRET);
        holder.poolsAreFull = true;
        holder.agent.onFrame(1, push(1, "x").encode());
        assertThat(holder.story).isEmpty();
        assertThat(holder.count("waxwing.payload.frames.dropped")).isEqualTo(1);
    }
}
