/**
 * CloudEvents over WebSocket, subprotocol {@code cloudevents.json}: one structured event per message, in both
 * directions. What the node answers to a published event is a CloudEvent too.
 */
@NullMarked
package io.waxwing.http.socket;

import org.jspecify.annotations.NullMarked;
