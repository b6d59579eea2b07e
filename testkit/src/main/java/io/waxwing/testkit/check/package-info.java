/**
 * The laws of a simulation, each a {@link io.waxwing.testkit.sim.Watcher} that sees every step of every node from
 * outside. They know nothing of the core's insides, so they cannot share its mistakes. One thread.
 */
@NullMarked
package io.waxwing.testkit.check;

import org.jspecify.annotations.NullMarked;
