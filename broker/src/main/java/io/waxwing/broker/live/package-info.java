/**
 * Topics of class {@code live}: who gets their events from memory, on the publisher's own thread, and when an event
 * must take the way through the journal instead. What is here may be used by any thread and never waits; who the
 * receivers are is found out by dispatch, on the core thread. Nothing here reads or writes the store.
 */
@NullMarked
package io.waxwing.broker.live;

import org.jspecify.annotations.NullMarked;
