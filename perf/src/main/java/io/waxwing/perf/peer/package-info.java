/**
 * The brokers that Waxwing is compared with, and Waxwing itself, each as a process of its own on a free port of the
 * loopback interface. What is not installed is left out and named. A peer's settings are in the code that starts it,
 * with the reason of each.
 */
@NullMarked
package io.waxwing.perf.peer;

import org.jspecify.annotations.NullMarked;
