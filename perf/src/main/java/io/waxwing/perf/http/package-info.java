/**
 * A load generator for publishing by HTTP/1.1 that is no bottleneck beside a broker on the same two cores: one thread,
 * one selector, connections that are kept alive, one request under way on each. What is not answered with success for
 * each event of a request fails the run.
 */
@NullMarked
package io.waxwing.perf.http;

import org.jspecify.annotations.NullMarked;
