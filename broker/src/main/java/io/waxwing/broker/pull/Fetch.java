package io.waxwing.broker.pull;

import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.filter.Cesql;
import io.waxwing.bus.spi.EventReader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One look into the store for a consumer. Reads the disk: for a pool. */
final class Fetch {
    /** Most events that one look passes over for an expression. */
    private static final int LOOKED_AT_MAX = 10_000;
    /** Of their data: an expression may have to read them, and others wait for the thread. */
    private static final long LOOKED_AT_BYTES_MAX = 32L << 20;

    private final EventReader reader;
    private final Passing passing;
    private final Definition definition;

    Fetch(EventReader reader, Passing passing, Definition definition) {
        this.reader = reader;
        this.passing = passing;
        this.definition = definition;
    }

    /** An event that is to be given again; null if it is not there any more. */
    record Again(long position, @Nullable Event event) {}

    /**
     * What was found.
     *
     * @param again in order, perhaps not all that were asked for
     * @param fresh in order, behind where the subscription stands
     * @param next where the next look begins
     * @param atEnd nothing was behind it
     * @param missed events between them whose content is not kept any more
     */
    record Found(List<Again> again, List<Event> fresh, long next, boolean atEnd, long missed) {}

    Found read(List<Long> due, long next, int fresh, long maxBytes) {
        List<Again> again = new ArrayList<>();
        long bytes = 0;
        for (long position : due) {
            if (bytes >= maxBytes) {
                return new Found(again, List.of(), next, false, 0);
            }
            Event event = at(position);
            again.add(new Again(position, event));
            bytes += event == null ? 0 : event.payload().size();
        }
        List<Event> found = new ArrayList<>();
        long position = next;
        long missed = 0;
        boolean atEnd = fresh <= 0;
        int lookedAt = 0;
        long lookedAtBytes = 0;
        while (!atEnd
                && found.size() < fresh
                && bytes < maxBytes
                && lookedAt < LOOKED_AT_MAX
                && lookedAtBytes < LOOKED_AT_BYTES_MAX) {
            // One by one towards the end of the room for bytes would be slow; a few large events more are no harm.
            int chunk = Math.min(fresh - found.size(), 32);
            EventReader.Page page = reader.read(definition.filter(), new StartFrom.AfterPosition(position - 1), chunk);
            for (Event event : page.events()) {
                lookedAtBytes += event.payload().size();
                Cesql sql = definition.sql();
                if (sql == null || passing.test(definition.name(), definition.owner(), sql, event)) {
                    found.add(event);
                    bytes += event.payload().size();
                }
            }
            missed += page.missed();
            lookedAt += page.events().size();
            position = page.nextPosition() + 1;
            atEnd = page.atEnd();
        }
        return new Found(again, found, position, atEnd, missed);
    }

    private @Nullable Event at(long position) {
        EventReader.Page page = reader.read(definition.filter(), new StartFrom.AfterPosition(position - 1), 1);
        Event event = page.events().isEmpty() ? null : page.events().get(0);
        return event != null && event.position() == position ? event : null;
    }
}
