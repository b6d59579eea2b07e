package io.waxwing.broker.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.anchor.availability.HeldBatch;
import io.waxwing.broker.store.StoredEvent;
import io.waxwing.broker.store.TopicRecords;
import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.Payload;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.topic.AckPolicy;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.bus.topic.TopicPolicy;
import io.waxwing.ledger.batch.BatchHeader;
import io.waxwing.ledger.batch.BatchStatement;
import io.waxwing.ledger.batch.CarriedEvent;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.batch.OriginPart;
import io.waxwing.ledger.commit.Component;
import io.waxwing.ledger.commit.PayloadCommitment;
import io.waxwing.ledger.commit.Salt;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.node.crypto.Signatures;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CarriedEventsTest {
    private static final Lane LANE = new Lane(2, 1);
    private static final BatchHeader HEADER = BatchStatement.over(
                    LANE, 1, 1, List.of(new OriginPart(2, 1, 1, 5, Hash.ZERO, Hash.ZERO)))
            .signedBy(Signatures.bouncyCastle().signer(new byte[32]), Hash.ZERO);

    private static StoredEvent stored(DeliveryClass deliveryClass) {
        return new StoredEvent(
                1,
                LANE,
                true,
                "t",
                deliveryClass,
                1,
                true,
                77,
                Hash.ZERO,
                Hash.ZERO,
                Attributes.of(Map.of("id", "1", "z.last", "2")),
                Payload.utf8("x"),
                "session");
    }

    private static CarriedEvent carried(StoredEvent stored) {
        TopicPolicy policy = new TopicPolicy(stored.deliveryClass(), AckPolicy.DURABLE);
        TopicRecords.Stored record = new TopicRecords.Stored(null, 1, 1, Hash.ZERO, 0);
        return CarriedEvents.of(
                JournaledEvent.recovered(stored, new TopicState("t", policy, Hash.ZERO, LANE.audienceId(), record)));
    }

    @Test
    void whatIsStoredAndWhatIsCarriedHaveOneCommitment() {
        for (DeliveryClass each : new DeliveryClass[] {DeliveryClass.ORDERED, DeliveryClass.SEALED}) {
            StoredEvent stored = stored(each);
            PayloadCommitment commitment = PayloadCommitment.of(
                    Salt.of(stored.salt().toBytes()),
                    Component.topic("t"),
                    stored.committedHeaders(),
                    new byte[0],
                    stored.payload().bytes());
            assertThat(carried(stored).payloadCommit()).isEqualTo(commitment.payloadCommit());
            assertThat(new String(stored.committedHeaders(), StandardCharsets.UTF_8))
                    .isEqualTo("id: 1\nwxw-class: " + each.word()
                            + "\nwxw-qos: 1\nwxw-retain: true\nwxw-time: 77\nz.last: 2\n");
        }
    }

    @Test
    void anotherNodeCannotSayTwiceWhatAnOriginSaysOnce() {
        CarriedEvent lie = new CarriedEvent(
                1, 1, false, 77, Hash.ZERO, "t", "wxw-qos: 2\n".getBytes(StandardCharsets.UTF_8), new byte[0]);
        HoldRequest request = new HoldRequest(new HeldBatch(HEADER, Hash.ZERO, List.of()), false, done -> {});
        Origins origins = new Origins(1, origin -> "other");
        HeldBatch.Content content = new HeldBatch.Content(lie, Hash.ZERO, Hash.ZERO);
        assertThatThrownBy(() -> CarriedEvents.stored(1, request, origins, content))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("wxw-qos");
    }
}
