/**
 * How an event reaches a subscriber and what its publisher is told: acknowledgements, subscriptions, start positions.
 * Values only; who holds a cursor and how it moves is the broker's.
 */
@NullMarked
package io.waxwing.bus.delivery;

import org.jspecify.annotations.NullMarked;
