/**
 * What clients of WeEvent find under {@code /weevent} (1.0.0) and {@code /weevent-broker} (1.2 to 1.6): JSON-RPC, REST,
 * and STOMP over WebSocket and SockJS, answered from this node's bus and ledger. Names, numbers and oddities are
 * WeEvent's (weevent.md section 2); what an event is and who may do what is the node's. Handlers run on event loops and
 * leave what reads the store to {@link io.waxwing.http.exchange.SlowReads}.
 */
@NullMarked
package io.waxwing.http.weevent;

import org.jspecify.annotations.NullMarked;
