package io.waxwing.bus.spi;

import io.waxwing.bus.delivery.Acknowledgement;
import io.waxwing.bus.failure.Refusal;

/**
 * Where acknowledgements go. Called on threads of the bus (or, for refusals at once, on the publisher's own): an
 * implementation puts the answer into its event loop's queue and returns.
 */
public interface AckSink {
    /** The event reached what its publisher waits for. */
    void acknowledged(long token, Acknowledgement acknowledgement);

    /** The event is durable; what its publisher waits for follows. Of use to whoever does not wait for ever. */
    default void durable(long token) {}

    /** The event was not taken; nothing of it remains. */
    void refused(long token, Refusal refusal);
}
