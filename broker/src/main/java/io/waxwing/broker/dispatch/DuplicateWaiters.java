package io.waxwing.broker.dispatch;

import io.waxwing.broker.store.DeliveryIndex;
import io.waxwing.bus.delivery.Acknowledgement;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.spi.AckSink;
import io.waxwing.bus.topic.AckPolicy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Publishers that repeated an event and get what the first one got, once that is there. Belongs to the core thread. */
final class DuplicateWaiters {
    private final DeliveryIndex index;
    private final Map<Long, List<Waiter>> waiting = new HashMap<>();

    private record Waiter(long token, AckSink sink) {}

    DuplicateWaiters(DeliveryIndex index) {
        this.index = index;
    }

    /** {@code first} is the event published first, or null if it is not under way any more. */
    void add(long journalSeq, boolean underWay, long token, AckSink sink) {
        DeliveryIndex.Final found = index.findFinal(journalSeq);
        if (found != null) {
            sink.acknowledged(token, new Acknowledgement(AckPolicy.ORDERED, found.eventId(), true));
        } else if (underWay) {
            waiting.computeIfAbsent(journalSeq, unused -> new ArrayList<>(1)).add(new Waiter(token, sink));
        } else {
            sink.acknowledged(token, new Acknowledgement(AckPolicy.DURABLE, null, true));
        }
    }

    void onFinal(long journalSeq, EventId eventId) {
        @Nullable List<Waiter> waiters = waiting.isEmpty() ? null : waiting.remove(journalSeq);
        if (waiters != null) {
            waiters.forEach(waiter ->
                    waiter.sink().acknowledged(waiter.token(), new Acknowledgement(AckPolicy.ORDERED, eventId, true)));
        }
    }
}
