package io.waxwing.broker.intake;

import io.waxwing.anchor.availability.HeldBatch;
import io.waxwing.anchor.availability.PayloadStore;

/**
 * Another node's batch on its way to the journal.
 *
 * @param wanted it is final or this node's own: nothing but the disk may refuse it
 * @param done to be told on the core thread
 */
public record HoldRequest(HeldBatch batch, boolean wanted, PayloadStore.Done done) {}
