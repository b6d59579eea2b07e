/**
 * STOMP on sockets: listeners, TLS, WebSocket, and for each connection the carrying of bytes, mail and time to its
 * session. A connection belongs to one event loop; threads of the bus leave mail and wake it. Nothing here decides
 * about STOMP.
 */
@NullMarked
package io.waxwing.stomp.netty;

import org.jspecify.annotations.NullMarked;
