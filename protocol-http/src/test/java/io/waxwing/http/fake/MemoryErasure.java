package io.waxwing.http.fake;

import io.waxwing.bus.event.Event;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.spi.EventErasure;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Erases nothing, and remembers what was asked for. */
public final class MemoryErasure implements EventErasure {
    /** eventIds. */
    public final List<String> asked = new CopyOnWriteArrayList<>();
    /** The ledger orders it at once. */
    public volatile boolean orders = true;

    public volatile boolean foreign;
    private final MemoryBus bus;

    MemoryErasure(MemoryBus bus) {
        this.bus = bus;
    }

    @Override
    public @Nullable Found find(EventId eventId) {
        Event event = bus.find(eventId);
        return event == null ? null : new Found(eventId, event.topic(), 10, 2, "bank-b", !foreign);
    }

    @Override
    public void erase(Found event, Told told) {
        if (!event.isOurs()) {
            throw new RefusedException(FailureCode.ERASE_FOREIGN, "it came from " + event.institution());
        }
        asked.add(event.eventId().toString());
        told.kept();
        if (orders) {
            told.erased(new Erased(12, 3, 1_760_000_000_000L, false));
        }
    }
}
