package io.waxwing.node.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.commit.Component;
import io.waxwing.ledger.commit.PayloadCommitment.Disclosed;
import io.waxwing.ledger.commit.PayloadCommitment.Undisclosed;
import io.waxwing.ledger.execute.Applied.AppliedSegment;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.note.Receipt;
import io.waxwing.ledger.note.ReceiptExtra;
import io.waxwing.ledger.receipt.ReceiptAssembler;
import io.waxwing.ledger.receipt.ReceiptAssembler.EventPlace;
import io.waxwing.ledger.sign.JdkSignatureCheck;
import io.waxwing.ledger.verify.CheckStep;
import io.waxwing.ledger.verify.ReceiptReport;
import io.waxwing.ledger.verify.ReceiptVerifier;
import io.waxwing.node.TestLedger;
import io.waxwing.node.TestLedger.Batches.Event;
import io.waxwing.node.crypto.Signatures;
import io.waxwing.testkit.fake.DiskFaults;
import io.waxwing.testkit.fake.MemoryLedgerStore;
import io.waxwing.testkit.fake.MemoryVoteLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** From a batch to a receipt that is verified with the trust file alone. */
class ReceiptTest {
    private final DiskFaults faults = new DiskFaults();
    private final TestLedger ledger = TestLedger.open(new MemoryLedgerStore(faults), new MemoryVoteLog(faults))
            .start();
    private final TestLedger.Batches batches =
            new TestLedger.Batches(ledger.agent.reader().ledgerId());
    private final ReceiptAssembler assembler = new ReceiptAssembler(ledger.agent.reader());
    private final byte[] trust = ledger.agent.reader().trustPolicy().toBytes();
    private final ReceiptVerifier verifier = new ReceiptVerifier(trust, new JdkSignatureCheck());

    private AppliedSegment order(int... counts) {
        BatchReference batch = batches.next(counts);
        ledger.agent.submit(batch);
        ledger.after(100);
        var applied = ledger.applied.get(ledger.applied.size() - 1);
        return applied.batches().get(0).segments().get(counts.length - 1);
    }

    private Receipt receipt(AppliedSegment segment, int position, Component... shown) {
        List<Event> events = batches.eventsOf(segment.leaf().originPart().eventsRoot());
        Event event = events.get(position);
        List<Disclosed> disclosed = new ArrayList<>();
        List<Undisclosed> undisclosed = new ArrayList<>();
        for (Component component : Component.values()) {
            if (List.of(shown).contains(component)) {
                disclosed.add(
                        event.commitment().disclose(component, event.parts().get(component.index())));
            } else {
                undisclosed.add(event.commitment().withhold(component));
            }
        }
        List<Hash> commits =
                events.stream().map(e -> e.commitment().payloadCommit()).toList();
        return assembler.assemble(new EventPlace(segment.leafIndex(), position, commits, disclosed, undisclosed));
    }

    @Test
    void everyEventOfEveryBlockHasAReceiptThatVerifies() {
        for (int i = 1; i <= 5; i++) {
            AppliedSegment segment = order(i, 2 * i);
            for (int position = 0; position < 2 * i; position++) {
                byte[] file = receipt(segment, position, Component.values()).encode();
                ReceiptReport report = verifier.verify(file, null);
                assertThat(report.firstFailure()).isNull();
                ReceiptReport.Facts facts = Objects.requireNonNull(report.facts());
                assertThat(facts.topicSeq()).isEqualTo(segment.leaf().topicSeqFirst() + position);
                assertThat(facts.ledgerId()).isEqualTo(ledger.agent.reader().ledgerId());
                assertThat(facts.components().get(Component.TOPIC)).isEqualTo(ByteString.utf8("home/topic-1"));
                assertThat(facts.cosigners()).containsExactly("acme");
                assertThat(report.steps()).allMatch(step -> step.outcome() == CheckStep.Outcome.OK);
                assertThat(Receipt.parse(file).encode()).isEqualTo(file);
            }
        }
    }

    @Test
    void aReceiptWithoutItsPayloadNeedsItBeside() {
        AppliedSegment segment = order(3);
        Event event = batches.eventsOf(segment.leaf().originPart().eventsRoot()).get(1);
        Receipt whole = receipt(segment, 1, Component.PAYLOAD);
        Disclosed bare = new Disclosed(
                Component.PAYLOAD, whole.extra().disclosed().get(0).key(), ByteString.EMPTY);
        var extra = whole.extra();
        byte[] file = new Receipt(
                        new ReceiptExtra(
                                extra.segmentLeaf(),
                                List.of(bare),
                                extra.undisclosed(),
                                extra.trustChain(),
                                extra.block(),
                                extra.position(),
                                extra.batch()),
                        whole.leafIndex(),
                        whole.path(),
                        whole.checkpointNote())
                .encode();
        assertThat(verifier.verify(file, event.parts().get(3)).verified()).isTrue();
        ReceiptReport without = verifier.verify(file, null);
        assertThat(Objects.requireNonNull(without.firstFailure()).name()).isEqualTo(CheckStep.Name.EVENT);
        assertThat(without.firstFailure().detail()).contains("was not given");
        byte[] other = event.parts().get(3).clone();
        other[0] ^= 1;
        assertThat(verifier.verify(file, other).verified()).isFalse();
    }

    @Test
    void noChangedByteOfAReceiptVerifies() {
        byte[] file = receipt(order(2, 3), 1, Component.values()).encode();
        ReceiptVerifier fast = new ReceiptVerifier(trust, Signatures.bouncyCastle());
        assertThat(fast.verify(file, null).verified()).isTrue();
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        for (int at = 0; at < file.length; at++) {
            byte[] changed = file.clone();
            // Any other character of base64, or any other byte: several bits of what it stands for may change.
            changed[at] = (byte) (random.nextBoolean() ? changed[at] ^ 1 << random.nextInt(8) : random.nextInt(256));
            if (changed[at] == file[at]) {
                continue;
            }
            assertThat(fast.verify(changed, null).firstFailure())
                    .as("byte " + at + " of " + file.length + ", -Dseed=" + seed)
                    .isNotNull();
        }
    }

    @Test
    void aChangedTrustFileIsNamed() {
        byte[] file = receipt(order(1), 0, Component.TOPIC).encode();
        byte[] changed = trust.clone();
        changed[changed.length - 3] ^= 1;
        ReceiptReport report = new ReceiptVerifier(changed, new JdkSignatureCheck()).verify(file, null);
        assertThat(report.verified()).isFalse();
        assertThat(Objects.requireNonNull(report.firstFailure()).name())
                .isIn(CheckStep.Name.PARSE, CheckStep.Name.TRUST);
    }

    @Test
    void aReceiptIsRefusedWhileNoCheckpointCoversIt() {
        order(1);
        ledger.agent.submit(batches.next(1));
        ledger.after(1);
        AppliedSegment early = ledger.applied.get(1).batches().get(0).segments().get(0);
        assertThatThrownBy(() -> receipt(early, 0, Component.TOPIC))
                .isInstanceOfSatisfying(
                        LedgerFailure.class, e -> assertThat(e.code()).isEqualTo(ReceiptAssembler.NOT_YET));
        ledger.after(60);
        assertThat(verifier.verify(receipt(early, 0, Component.TOPIC).encode(), null)
                        .verified())
                .isTrue();
    }
}
