/**
 * Threads: the core thread that calls the agents in turn, and the bounded queues that lead to them. The only package of
 * the broker that starts a thread or waits for one.
 */
@NullMarked
package io.waxwing.broker.runtime;

import org.jspecify.annotations.NullMarked;
