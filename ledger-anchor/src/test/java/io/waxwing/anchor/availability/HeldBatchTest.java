package io.waxwing.anchor.availability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.anchor.availability.PayloadFrame.Push;
import io.waxwing.anchor.batch.TestEvent;
import io.waxwing.ledger.batch.BatchHeader;
import io.waxwing.ledger.batch.BatchStatement;
import io.waxwing.ledger.batch.CarriedEvent;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.batch.OriginPart;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.merkle.MerkleRoot;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HeldBatchTest {
    private static final Lane LANE = new Lane(7, 1);

    static Hash hash(String text) {
        return Sha256.digest(text.getBytes(StandardCharsets.UTF_8));
    }

    static CarriedEvent event(String topic, String payload) {
        return new CarriedEvent(
                1, 1, true, 12, hash(payload), topic, new byte[] {1}, payload.getBytes(StandardCharsets.UTF_8));
    }

    private static OriginPart part(long originSeq, CarriedEvent... events) {
        List<Hash> commits = new ArrayList<>();
        for (CarriedEvent event : events) {
            commits.add(event.payloadCommit());
        }
        return new OriginPart(
                7, originSeq, events.length, 12, hash(events[0].topic()), MerkleRoot.ofHashEntries(commits));
    }

    static BatchHeader signed(long batchSeq, List<OriginPart> parts) {
        return BatchStatement.over(LANE, batchSeq, 1, parts).signedBy(TestEvent.SIGNER, Hash.ZERO);
    }

    private static Push push() {
        CarriedEvent first = event("a", "1");
        CarriedEvent second = event("a", "2");
        CarriedEvent third = event("b", "3");
        return new Push(signed(1, List.of(part(1, first, second), part(3, third))), List.of(first, second, third));
    }

    static HeldBatch batch(long batchSeq, String payload) {
        CarriedEvent event = event("a", payload);
        return HeldBatch.check(
                new Push(signed(batchSeq, List.of(part(1, event))), List.of(event)), HeldBatchTest::hash);
    }

    @Test
    void payloadsThatGiveTheSignedRootAreTaken() {
        HeldBatch held = HeldBatch.check(push(), HeldBatchTest::hash);
        assertThat(held.batchId()).isEqualTo(push().header().batchId());
        assertThat(held.events())
                .extracting(HeldBatch.Content::topicTag)
                .containsExactly(hash("a"), hash("a"), hash("b"));
        assertThat(held.sizeBytes()).isEqualTo(3 * HeldBatch.EVENT_BYTES + 9);
    }

    @Test
    void aChangedPayloadIsRefused() {
        List<CarriedEvent> other = new ArrayList<>(push().events());
        other.set(1, event("a", "X"));
        assertThatThrownBy(() -> HeldBatch.check(new Push(push().header(), other), HeldBatchTest::hash))
                .isInstanceOf(LedgerFailure.class)
                .hasMessageContaining(HeldBatch.MISMATCH);
    }

    @Test
    void whoeverPassesABatchOnCannotChangeWhatItsOriginSaysOfAnEvent() {
        CarriedEvent said = push().events().get(0);
        List<CarriedEvent> altered = List.of(
                with(said, 3 - said.deliveryClass(), said.qos(), said.retain(), said.originTimeMs()),
                with(said, said.deliveryClass(), said.qos() + 1, said.retain(), said.originTimeMs()),
                with(said, said.deliveryClass(), said.qos(), !said.retain(), said.originTimeMs()),
                with(said, said.deliveryClass(), said.qos(), said.retain(), said.originTimeMs() + 1));
        for (CarriedEvent other : altered) {
            List<CarriedEvent> events = new ArrayList<>(push().events());
            events.set(0, other);
            assertThatThrownBy(() -> HeldBatch.check(new Push(push().header(), events), HeldBatchTest::hash))
                    .as(other.toString())
                    .hasMessageContaining(HeldBatch.MISMATCH);
        }
    }

    private static CarriedEvent with(CarriedEvent event, int deliveryClass, int qos, boolean retain, long timeMs) {
        return new CarriedEvent(
                deliveryClass, qos, retain, timeMs, event.salt(), event.topic(), event.headers(), event.payload());
    }

    @Test
    void aTopicUnderAnotherPseudonymIsRefused() {
        assertThatThrownBy(() -> HeldBatch.check(push(), topic -> hash("another " + topic)))
                .isInstanceOf(LedgerFailure.class)
                .hasMessageContaining(HeldBatch.MISMATCH);
    }

    @Test
    void twoSegmentsOfOneTopicAreRefused() {
        CarriedEvent first = event("a", "1");
        CarriedEvent second = event("b", "2");
        CarriedEvent third = event("a", "3");
        Push push = new Push(
                signed(1, List.of(part(1, first), part(2, second), part(3, third))), List.of(first, second, third));
        assertThatThrownBy(() -> HeldBatch.check(push, HeldBatchTest::hash)).isInstanceOf(MalformedException.class);
    }

    @Test
    void everyFrameSurvivesTheWay() {
        Hash id = hash("id");
        List<PayloadFrame> frames = List.of(
                new PayloadFrame.Held(id, ByteString.of(new byte[64])),
                new PayloadFrame.Pull(LANE, 9, id),
                new PayloadFrame.NotHeld(id),
                new PayloadFrame.SecretWanted(3),
                new PayloadFrame.Secret(3, id));
        frames.forEach(frame -> assertThat(PayloadFrame.decode(frame.encode())).isEqualTo(frame));
        byte[] bytes = push().encode();
        assertThat(PayloadFrame.decode(bytes).encode()).isEqualTo(bytes);
    }

    @Test
    void aSecretIsNotShownInText() {
        assertThat(new PayloadFrame.Secret(3, hash("id")).toString())
                .doesNotContain(hash("id").toString());
    }

    @Test
    void damagedFramesAreRefusedAndNothingElseHappens() {
        long seed = Long.getLong("seed", 20261122);
        SplittableRandom random = new SplittableRandom(seed);
        byte[] whole = push().encode();
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = whole.clone();
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            if (random.nextInt(4) == 0) {
                bytes = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length));
            }
            try {
                PayloadFrame decoded = PayloadFrame.decode(bytes);
                assertThat(PayloadFrame.decode(decoded.encode()).encode()).isEqualTo(decoded.encode());
            } catch (MalformedException refused) {
                assertThat(refused.code()).as("seed %s round %s", seed, round).startsWith("WXW-3");
            }
        }
    }
}
