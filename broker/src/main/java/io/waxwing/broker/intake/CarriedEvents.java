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
     * Another node's event as it is stored here. @throws RefusedException WXW-1003 if it is none that a bus can have
     */
    static StoredEvent stored(long journalSeq, Lane lane, HeldBatch.Content content) {
        CarriedEvent event = content.event();
        StoredEvent stored = new StoredEvent(
                journalSeq,
                lane,
                true,
                topic(event),
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

    private static String topic(CarriedEvent event) {
        @Nullable Refusal refusal = Topic.check(event.topic());
        if (refusal != null) {
            throw refusal.asException();
        }
        return event.topic();
    }

    private static DeliveryClass deliveryClass(CarriedEvent event) {
        try {
            DeliveryClass named = DeliveryClass.ofCode(event.deliveryClass());
            if (named != DeliveryClass.LOCAL) {
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
