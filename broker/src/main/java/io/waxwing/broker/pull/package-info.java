/**
 * Durable subscriptions whose consumers fetch: they are kept here, wait for events, lend them and write down what
 * became of them. One thread owns them all; it reads the store on a pool and never waits. What protocols make of it is
 * theirs.
 */
@NullMarked
package io.waxwing.broker.pull;

import org.jspecify.annotations.NullMarked;
