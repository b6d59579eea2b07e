package io.waxwing.broker.processing;

import io.waxwing.bus.delivery.Acknowledgement;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.spi.AckSink;
import io.waxwing.bus.spi.EventBus;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** One event on its way into the bus; waits for room as long as it takes. Any thread. */
public final class Publication implements AckSink {
    private final CompletableFuture<Optional<Refusal>> answer = new CompletableFuture<>();

    private Publication() {}

    /** Answers when the event is on the disk, or with why it was not taken, on a thread of the bus. */
    public static CompletableFuture<Optional<Refusal>> of(EventBus bus, EventDraft draft) {
        Publication publication = new Publication();
        publication.offer(bus, draft);
        return publication.answer;
    }

    private void offer(EventBus bus, EventDraft draft) {
        if (!bus.publish(draft, 0, this)) {
            bus.whenRoom(draft.topic(), () -> offer(bus, draft));
        }
    }

    @Override
    public void acknowledged(long token, Acknowledgement acknowledgement) {
        boolean unused = answer.complete(Optional.empty());
    }

    @Override
    public void refused(long token, Refusal refusal) {
        boolean unused = answer.complete(Optional.of(refusal));
    }
}
