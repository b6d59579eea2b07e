package io.waxwing.http.fake;

import io.waxwing.bus.event.Event;
import io.waxwing.bus.event.EventId;
import io.waxwing.http.weevent.Chain;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The events of a {@link MemoryBus}, each in a block of its own with one transaction. */
public final class MemoryChain implements Chain {
    private final MemoryBus bus;

    public MemoryChain(MemoryBus bus) {
        this.bus = bus;
    }

    private List<Event> events() {
        List<Event> named = new ArrayList<>();
        bus.each(event -> {
            if (event.eventId() != null) {
                named.add(event);
            }
        });
        return named;
    }

    private @Nullable Event at(long height) {
        return events().stream()
                .filter(event -> event.eventId().height() == height)
                .findFirst()
                .orElse(null);
    }

    @Override
    public long height() {
        return events().stream()
                .mapToLong(event -> event.eventId().height())
                .max()
                .orElse(100);
    }

    @Override
    public long transactions() {
        return events().size();
    }

    @Override
    public @Nullable Block block(long height) {
        Event event = at(height);
        return event == null ? null : new Block(height, event.orderTimeMs(), "b%063d".formatted(height), height, 1);
    }

    @Override
    public List<Transaction> transactions(Block block) {
        return List.of(new Transaction("c%063d".formatted(block.height()), "bank-a", "segment"));
    }

    @Override
    public @Nullable Place place(EventId eventId) {
        Event event = at(eventId.height());
        return event == null
                ? null
                : new Place(eventId.height(), event.orderTimeMs(), "c%063d".formatted(eventId.height()), "bank-a");
    }

    @Override
    public @Nullable Place last(String topic) {
        Place last = null;
        for (Event event : events()) {
            last = event.topic().equals(topic) ? place(event.eventId()) : last;
        }
        return last;
    }

    @Override
    public List<Node> nodes() {
        return List.of(new Node("0a", "bank-a", true), new Node("0b", "bank-b", false));
    }
}
