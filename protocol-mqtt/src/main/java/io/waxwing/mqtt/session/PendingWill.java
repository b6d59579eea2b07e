package io.waxwing.mqtt.session;

import io.waxwing.bus.event.EventDraft;

/**
 * A will that was accepted and neither published nor taken back (W-1).
 *
 * @param draft what is published
 * @param delaySeconds from the end of the connection, 0 for at once
 * @param dueMillis Unix time at which it is published; {@link Long#MAX_VALUE} while the connection is open
 */
public record PendingWill(EventDraft draft, long delaySeconds, long dueMillis) {
    PendingWill due(long millis) {
        return new PendingWill(draft, delaySeconds, millis);
    }
}
