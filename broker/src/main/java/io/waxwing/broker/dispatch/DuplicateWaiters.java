package io.waxwing.broker.dispatch;

import io.waxwing.broker.store.DeliveryIndex;
import io.waxwing.bus.delivery.Acknowledgement;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.spi.AckSink;
import io.waxwing.bus.topic.AckPolicy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Publishers that repeated an event and get what the first one got, once that is there. Belongs to the core thread. */
final class DuplicateWaiters {
    /** Publishers that wait at once. */
    static final int MAX_WAITERS = 65_536;

    private final DeliveryIndex index;
    private int waiters;
    private final Map<Long, List<Waiter>> waiting = new HashMap<>();

    private record Waiter(long token, AckSink sink) {}

    DuplicateWaiters(DeliveryIndex index) {
        this.index = index;
    }

    /**
     * The first event is durable; {@code willBeFinal} if it is on the way to the ledger.
     *
     * @throws RefusedException WXW-1103 if too many wait
     */
    void add(long journalSeq, boolean willBeFinal, AckPolicy wanted, long token, AckSink sink) {
        DeliveryIndex.Final found = index.findFinal(journalSeq);
        if (index.voids().isEvent(journalSeq)) {
            // It was taken for a repeat while the verdict came; from now on it would be a new event.
            sink.refused(token, Verdicts.of(index, journalSeq));
        } else if (found != null) {
            sink.acknowledged(token, new Acknowledgement(AckPolicy.ORDERED, found.eventId(), true));
        } else if (willBeFinal && wanted == AckPolicy.ORDERED) {
            if (waiters >= MAX_WAITERS) {
                throw new RefusedException(
                        FailureCode.NODE_BUSY, MAX_WAITERS + " repeated events wait for their first to be final");
            }
            waiters++;
            waiting.computeIfAbsent(journalSeq, unused -> new ArrayList<>(1)).add(new Waiter(token, sink));
        } else {
            sink.acknowledged(token, new Acknowledgement(AckPolicy.DURABLE, null, true));
        }
    }

    /** The first event is void. */
    void onVoid(long journalSeq, Refusal why) {
        @Nullable List<Waiter> told = waiting.isEmpty() ? null : waiting.remove(journalSeq);
        if (told != null) {
            waiters -= told.size();
            told.forEach(waiter -> waiter.sink().refused(waiter.token(), why));
        }
    }

    void onFinal(long journalSeq, EventId eventId) {
        @Nullable List<Waiter> told = waiting.isEmpty() ? null : waiting.remove(journalSeq);
        if (told != null) {
            waiters -= told.size();
            told.forEach(waiter ->
                    waiter.sink().acknowledged(waiter.token(), new Acknowledgement(AckPolicy.ORDERED, eventId, true)));
        }
    }
}
