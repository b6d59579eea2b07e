/**
 * WeEvent's dialect of STOMP 1.1 as a state machine: frames and answers of the node in, frames and wishes out. No
 * thread, socket, clock or chance: time is an argument and ids are handed in. One owner, the connection's event loop.
 */
@NullMarked
package io.waxwing.http.weevent.session;

import org.jspecify.annotations.NullMarked;
