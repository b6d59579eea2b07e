/**
 * What an event costs as something around it grows: topics, subscriptions that do not match, connections that do
 * nothing, its payload. Each point is one run of the same load; curves that rise faster than the logarithm want a
 * reason.
 */
@NullMarked
package io.waxwing.perf.scale;

import org.jspecify.annotations.NullMarked;
