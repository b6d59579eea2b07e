/**
 * Connections of WeEvent's STOMP: carries texts of WebSocket or SockJS to a
 * {@link io.waxwing.http.weevent.session.WeEventSession}, and carries out what that wants, with the bus. A connection
 * lives on its event loop; what the bus calls is passed to it.
 */
@NullMarked
package io.waxwing.http.weevent.socket;

import org.jspecify.annotations.NullMarked;
