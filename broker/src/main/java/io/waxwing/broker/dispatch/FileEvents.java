package io.waxwing.broker.dispatch;

import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.topic.TopicFilter;
import io.waxwing.ledger.file.FileCard;
import java.util.List;
import java.util.function.Consumer;

/** Hears of the events of files as they are delivered. Belongs to the core thread but for the construction. */
public final class FileEvents implements Routes.Target {
    private final Consumer<EventId> hears;

    /** Before the dispatcher delivers anything. {@code hears} must not wait. */
    public FileEvents(Dispatcher dispatcher, Consumer<EventId> hears) {
        this.hears = hears;
        dispatcher.routes().follow(this, TopicFilter.parse("#"));
    }

    @Override
    public void deliver(Event event, List<Subscription> none) {
        EventId eventId = event.eventId();
        if (eventId != null && FileCard.TYPE.equals(event.attributes().get(Attributes.TYPE))) {
            hears.accept(eventId);
        }
    }

    @Override
    public boolean isForLedgerOnly() {
        return true;
    }
}
