package io.waxwing.anchor.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.anchor.availability.HeldBatch;
import io.waxwing.anchor.availability.PayloadFrame.Push;
import io.waxwing.anchor.challenge.ChallengeKeys;
import io.waxwing.ledger.batch.AvailabilityCertificate;
import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.dispute.ChallengeId;
import io.waxwing.ledger.dispute.Dispute;
import io.waxwing.ledger.dispute.ErasedEvents;
import io.waxwing.ledger.dispute.OpenChallenge;
import io.waxwing.ledger.dispute.SealedBatch;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.leaf.EraseLeaf;
import io.waxwing.ledger.leaf.VerdictLeaf;
import io.waxwing.ledger.simplex.VoteRecord;
import io.waxwing.ledger.spi.Ledger;
import io.waxwing.testkit.epoch.Members;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Four nodes, a ledger that executes what they say, and virtual time. Node 4 misses a batch of node 1. */
class ChallengeAgentTest extends PayloadNodes {
    private static final long SECOND = 1_000_000_000L;
    private static final int CHALLENGER = 4;

    private final TinyLedger ledger = new TinyLedger(GENESIS, Members.check());
    private final Push push = push(1, "the payload");
    private final Map<Integer, ChallengeAgent> agents = new TreeMap<>();
    private final Map<Integer, Keys> keys = new TreeMap<>();
    private final List<VerdictLeaf> verdicts = new ArrayList<>();
    private long nanos = SECOND;
    private final Set<Integer> cutOff = new HashSet<>();
    private int secrets;

    /** A disk. */
    private static final class Keys implements ChallengeKeys {
        final Map<ChallengeId, Kept> files = new TreeMap<>();

        @Override
        public List<Kept> all() {
            return List.copyOf(files.values());
        }

        @Override
        public void keep(Kept kept) {
            files.put(kept.id(), kept);
        }

        @Override
        public void forget(ChallengeId id) {
            files.remove(id);
        }
    }

    private Node member(int id) {
        Node made = node(id, SECRET);
        agents.put(id, agent(made));
        return made;
    }

    private ChallengeAgent agent(Node of) {
        Ledger said = new Ledger() {
            @Override
            public boolean submit(BatchReference reference) {
                throw new AssertionError("nobody orders batches here");
            }

            @Override
            public boolean submit(Dispute dispute) {
                return ledger.submit(dispute);
            }

            @Override
            public boolean record(VoteRecord record, Runnable forced) {
                throw new AssertionError("nobody signs for batches here");
            }
        };
        ChallengeAgent.Parts parts = new ChallengeAgent.Parts(
                of.audiences,
                LEDGER_ID,
                origin(of.id),
                of,
                said,
                ledger,
                keys.computeIfAbsent(of.id, unused -> new Keys()),
                (to, frame) -> {
                    Node there = cutOff.contains(of.id) ? null : nodes.get(to);
                    if (there != null) {
                        wire.add(() -> there.agent.onFrame(of.id, frame));
                    }
                    return there != null;
                },
                Runnable::run,
                () -> Sha256.digest(new byte[] {(byte) of.id, (byte) secrets++}));
        return new ChallengeAgent(parts, of.agent, REGISTRY.challengeTerms());
    }

    private static BatchReference certified(Push push, int... holders) {
        byte[] message =
                AvailabilityCertificate.signedMessage(LEDGER_ID, push.header().batchId());
        long bits = 0;
        List<ByteString> signatures = new ArrayList<>();
        for (int holder : holders) {
            bits |= 1L << holder;
            signatures.add(ByteString.of(origin(holder).sign(message)));
        }
        return new BatchReference(
                push.header(), certified(push).parts(), new AvailabilityCertificate(bits, signatures));
    }

    private void holds(Node node) {
        node.held.put(1L, HeldBatch.check(push, topic -> Objects.requireNonNull(node.secret.tagOf(topic))));
    }

    /** The batch is final; the challenger does not have it. */
    private void order() {
        Applied applied = block(certified(push, 2, 3));
        nodes.get(CHALLENGER).agent.want(applied.batches().get(0));
    }

    private Applied block(BatchReference... batches) {
        Applied applied = ledger.block(batches);
        applied.verdicts().forEach(verdict -> verdicts.add(verdict.leaf()));
        nodes.values().forEach(node -> node.agent.onApplied(applied));
        agents.values().forEach(agent -> agent.onDisputes(ledger.disputes(), ledger.height(), ledger.timeMs()));
        return applied;
    }

    /** Twenty seconds, and a block at their end. */
    private void pass(int blocks) {
        for (int i = 0; i < blocks; i++) {
            for (int second = 0; second < 20; second++) {
                nanos += SECOND;
                nodes.values().forEach(node -> node.agent.doWork(nanos));
                agents.values().forEach(agent -> agent.doWork(nanos));
                deliver();
            }
            block();
        }
    }

    /** Nobody hears that node but in blocks. */
    private void cutOff(int node) {
        cutOff.add(node);
        nodes.remove(node);
    }

    private OpenChallenge challenge() {
        return ledger.disputes().all().get(0);
    }

    private boolean challengerHasIt() {
        return nodes.get(CHALLENGER).held.containsKey(1L);
    }

    @Test
    void whatNobodyHoldsIsChallengedAndEndsInAVerdictAndTheSearchIsOver() {
        List.of(1, 2, 3, CHALLENGER).forEach(this::member);
        order();
        pass(2);
        assertThat(challenge().id()).isEqualTo(new ChallengeId(CHALLENGER, 1));
        assertThat(keys.get(CHALLENGER).files).hasSize(1);
        pass(31);
        assertThat(verdicts).hasSize(1);
        assertThat(verdicts.get(0).culprits()).containsExactly(1, 2, 3);
        pass(1);
        assertThat(nodes.get(CHALLENGER).agent.isHere(push.header().batchId())).isTrue();
        assertThat(keys.get(CHALLENGER).files).isEmpty();
        assertThat(ledger.disputes().all()).isEmpty();
    }

    @Test
    void whoHoldsItSendsItWhenItIsChallengedAndTheChallengerSaysSo() {
        List.of(1, 2, CHALLENGER).forEach(this::member);
        order();
        pass(2);
        // It comes back to life after it was asked in vain, and hears of the challenge.
        holds(member(3));
        pass(2);
        assertThat(challengerHasIt()).isTrue();
        assertThat(challenge().standing()).isEqualTo(OpenChallenge.Standing.SERVED);
        pass(32);
        assertThat(verdicts).isEmpty();
        assertThat(keys.get(CHALLENGER).files).isEmpty();
    }

    @Test
    void aHolderThatTheChallengerDoesNotHearAnswersInABlock() {
        List.of(1, 2, CHALLENGER).forEach(this::member);
        order();
        pass(2);
        holds(member(3));
        cutOff(3);
        pass(4);
        assertThat(challenge().isOpen())
                .as("signers take turns, the last at three quarters of the time")
                .isTrue();
        pass(22);
        assertThat(challenge().standing()).isEqualTo(OpenChallenge.Standing.ANSWERED);
        assertThat(challenge().answererId()).isEqualTo(3);
        pass(1);
        assertThat(challengerHasIt()).isTrue();
        pass(32);
        assertThat(verdicts).isEmpty();
        assertThat(ledger.convictions()).isZero();
    }

    @Test
    void aChallengerThatIsRestartedReadsTheAnswerWithTheKeyThatItKept() {
        List.of(1, 2, CHALLENGER).forEach(this::member);
        order();
        pass(2);
        agents.remove(CHALLENGER);
        holds(member(3));
        cutOff(3);
        pass(24);
        assertThat(challenge().standing()).isEqualTo(OpenChallenge.Standing.ANSWERED);
        assertThat(challengerHasIt()).isFalse();
        agents.put(CHALLENGER, agent(nodes.get(CHALLENGER)));
        pass(2);
        assertThat(challengerHasIt()).isTrue();
    }

    @Test
    void junkIsDisprovedAndTheNextHolderAnswers() {
        List.of(1, CHALLENGER).forEach(this::member);
        order();
        pass(2);
        junk(2);
        pass(1);
        assertThat(challenge().answererId()).isEqualTo(2);
        pass(2);
        assertThat(verdicts).hasSize(1);
        assertThat(verdicts.get(0).culprits()).containsExactly(2);
        assertThat(challenge().isOpen()).isTrue();
        holds(member(3));
        cutOff(3);
        pass(25);
        assertThat(challengerHasIt()).isTrue();
        pass(40);
        assertThat(verdicts).hasSize(1);
    }

    private void junk(int by) {
        ChallengeId id = challenge().id();
        byte[] junk = "not the batch".getBytes(StandardCharsets.UTF_8);
        byte[] context = Dispute.Answer.context(id, by, LEDGER_ID);
        SealedBatch sealed = SealedBatch.seal(junk, challenge().key(), Hash.of(new byte[32], 0), context);
        ledger.submit(Dispute.Answer.of(challenge().recipient(), by, sealed, origin(by), LEDGER_ID));
    }

    /** The only event of the batch is erased before anybody misses it. */
    private void erase(Applied ordered) {
        long segment = ordered.batches().get(0).segments().get(0).leafIndex();
        EraseLeaf.Target target = new EraseLeaf.Target(segment, 0, ledger.segmentHash(segment));
        EraseLeaf leaf = EraseLeaf.content(target, 1, 7, LEDGER_ID, origin(1));
        ledger.submit(ledger.prove(leaf, ledger.disputes().provableSize(segment)));
        Applied erased = block();
        nodes.values().forEach(node -> {
            node.erased = ErasedEvents.NONE.with(0, 0);
            node.erasures = List.of(erased.erasures().get(0).leafIndex());
        });
    }

    @Test
    void aHolderOfAnErasedEventIsExcusedAndItsAnswerIsTrue() {
        List.of(1, 2, 3, CHALLENGER).forEach(this::member);
        Applied ordered = block(certified(push, 2, 3));
        erase(ordered);
        nodes.get(CHALLENGER).agent.want(ordered.batches().get(0));
        pass(2);
        Node holder = nodes.get(3);
        holder.held.put(
                1L,
                Objects.requireNonNull(
                        HeldBatch.check(push, topic -> Objects.requireNonNull(holder.secret.tagOf(topic)))
                                .without(holder.erased)));
        cutOff(3);
        pass(28);
        assertThat(challenge().standing()).isEqualTo(OpenChallenge.Standing.ANSWERED);
        assertThat(challenge().erased().contains(0, 0)).isTrue();
        pass(1);
        assertThat(challengerHasIt()).isTrue();
        assertThat(nodes.get(CHALLENGER).held.get(1L).events().get(0).event().isErased())
                .isTrue();
        pass(32);
        assertThat(verdicts).isEmpty();
        assertThat(ledger.convictions()).isZero();
    }

    @Test
    void aLateDirectPayloadEndsTheChallenge() {
        List.of(1, 2, 3, CHALLENGER).forEach(this::member);
        order();
        pass(20);
        holds(nodes.get(1));
        pass(2);
        assertThat(challengerHasIt()).isTrue();
        pass(33);
        assertThat(verdicts).isEmpty();
    }
}
