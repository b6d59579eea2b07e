package io.waxwing.broker.intake;

import io.waxwing.anchor.availability.HeldBatch;
import io.waxwing.anchor.availability.PayloadStore;

/**
 * Another node's batch on its way to the journal.
 *
 * @param done to be told on the core thread
 */
public record HoldRequest(HeldBatch batch, PayloadStore.Done done) {}
