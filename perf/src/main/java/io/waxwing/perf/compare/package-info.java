/**
 * Brokers side by side: the same load to one after the other, round after round, so that a noisy neighbour meets all of
 * them. Results go to a file of one JSON object per line, and the report's pages and plots are made from such files
 * alone.
 */
@NullMarked
package io.waxwing.perf.compare;

import org.jspecify.annotations.NullMarked;
