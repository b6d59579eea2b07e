package io.waxwing.broker.intake;

import io.waxwing.anchor.availability.HeldBatch;
import io.waxwing.broker.store.StoredEvent;
import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.Payload;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.bus.topic.Topic;
import io.waxwing.ledger.batch.CarriedEvent;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.commit.BoundHeaders;
import io.waxwing.ledger.hash.ByteString;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Events between the journal and other institutions. */
public final class CarriedEvents {
    /** The publisher's session is not told to others. */
    private static final String NO_SESSION = "";

    private CarriedEvents() {}

    /** A stored event as it goes to the members of its audience. */
    public static CarriedEvent of(JournaledEvent event) {
        StoredEvent stored = event.stored();
        ByteString commitments = stored.commitments();
        return new CarriedEvent(
                stored.deliveryClass().code(),
                stored.qos(),
                stored.retain(),
                stored.receivedMs(),
                stored.salt(),
                stored.topic(),
                stored.attributes().encoded(),
                commitments == null ? stored.payload().bytes() : commitments.toBytes(),
                commitments != null);
    }

    /**
     * An event of a batch that came, as it is stored here.
     *
     * @throws RefusedException WXW-1001 and others if it is none that a bus can have, WXW-1003 if its topic is
     *     another's
     */
    static StoredEvent stored(long journalSeq, HoldRequest request, Origins origins, HeldBatch.Content content) {
        CarriedEvent event = content.event();
        Lane lane = request.batch().lane();
        if (!origins.isAuditOf(lane.originId(), event.topic(), request.wanted())) {
            requirePublic(event.topic());
        }
        StoredEvent stored = new StoredEvent(
                journalSeq,
                lane,
                true,
                event.topic(),
                deliveryClass(event),
                event.qos(),
                event.retain(),
                event.originTimeMs(),
                event.salt(),
                content.commit(),
                attributes(event),
                event.isErased() ? Payload.EMPTY : Payload.of(event.payload()),
                NO_SESSION);
        return event.isErased() ? stored.erased(ByteString.of(event.payload())) : stored;
    }

    private static void requirePublic(String topic) {
        @Nullable Refusal refusal = Topic.check(topic);
        if (refusal != null) {
            throw refusal.asException();
        }
    }

    private static DeliveryClass deliveryClass(CarriedEvent event) {
        try {
            DeliveryClass named = DeliveryClass.ofCode(event.deliveryClass());
            if (named.isOnTheLedger()) {
                return named;
            }
        } catch (IllegalArgumentException e) {
            throw new RefusedException(FailureCode.PARAMETER, "an event of another node: " + e.getMessage());
        }
        throw new RefusedException(FailureCode.PARAMETER, "an event of class local left its node");
    }

    private static Attributes attributes(CarriedEvent event) {
        Attributes decoded = Attributes.decode(event.headers());
        Map<String, String> named = new HashMap<>();
        decoded.forEach(named::put);
        String reserved = decoded.firstWith(BoundHeaders.RESERVED);
        if (reserved != null) {
            throw new RefusedException(FailureCode.ATTRIBUTE, "header '" + reserved + "' is no publisher's");
        }
        // Read leniently, so made again: only what a publisher could have given here is taken.
        if (!Arrays.equals(Attributes.of(named).encoded(), event.headers())) {
            throw new RefusedException(FailureCode.ATTRIBUTE, "headers of another node's event are not canonical");
        }
        return decoded;
    }
}
