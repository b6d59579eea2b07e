/**
 * The way of an event to its subscribers: subscriptions, retained values, places of slow subscribers, replay, and the
 * acknowledgement of ordered events. All state belongs to the dispatch agent, which runs on the core thread.
 */
@NullMarked
package io.waxwing.broker.dispatch;

import org.jspecify.annotations.NullMarked;
