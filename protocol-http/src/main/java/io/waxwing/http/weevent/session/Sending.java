package io.waxwing.http.weevent.session;

import io.waxwing.http.weevent.PublishOrder;
import org.jspecify.annotations.Nullable;

/**
 * A SEND that waits for its answer.
 *
 * @param receipt what the client wants to hear; null: nothing, but what went wrong
 */
public record Sending(PublishOrder order, @Nullable String receipt) {}
