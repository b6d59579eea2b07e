/**
 * Durable subscriptions as this protocol sees them: the port to whoever keeps them, and what is said about their
 * events. No Netty here, and nothing of frames.
 */
@NullMarked
package io.waxwing.stomp.queue;

import org.jspecify.annotations.NullMarked;
