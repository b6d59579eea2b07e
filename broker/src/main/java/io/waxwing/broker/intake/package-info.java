/**
 * The way of an event from a protocol to the disk: admission, the ring, the journal thread with one synced write per
 * group. Nothing here knows about subscribers or the ledger; durable events go on to the anchor and to dispatch.
 */
@NullMarked
package io.waxwing.broker.intake;

import org.jspecify.annotations.NullMarked;
