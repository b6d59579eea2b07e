/**
 * What a durable subscription remembers whose consumers fetch: how far it got, which events are leased, which failed.
 * Pure bookkeeping on positions of the delivery order; reading events, storing and waiting are somebody else's.
 */
@NullMarked
package io.waxwing.bus.pull;

import org.jspecify.annotations.NullMarked;
