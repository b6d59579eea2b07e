package io.waxwing.broker.intake;

import io.waxwing.bus.spi.AckSink;
import io.waxwing.bus.topic.AckPolicy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where journal sends what is durable. Called on the journal thread, which may wait here: that is the back-pressure.
 */
public interface DurableSink {
    /** A group of durable events, in order. */
    void onDurable(List<JournaledEvent> events) throws InterruptedException;

    /** Another node's batch is durable, its events behind those of {@link #onDurable}; null: it could not be stored. */
    void onHeld(HoldRequest request, @Nullable List<JournaledEvent> events) throws InterruptedException;

    /** Somebody published an event again and waits for {@code wanted}. */
    void onDuplicate(long journalSeq, AckPolicy wanted, long token, AckSink sink) throws InterruptedException;
}
