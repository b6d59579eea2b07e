/**
 * Server-sent events: a subscriber of the bus whose output is one endless response, positions in it, and the sealed
 * cursors that stand where there is no eventId. Publishes nothing and reads no store.
 */
@NullMarked
package io.waxwing.http.stream;

import org.jspecify.annotations.NullMarked;
