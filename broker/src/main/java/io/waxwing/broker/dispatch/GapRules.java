package io.waxwing.broker.dispatch;

import io.waxwing.broker.grant.RightsGate;
import io.waxwing.broker.intake.StoredBatches;
import java.util.function.IntFunction;

/**
 * What is needed to go past missing payloads, and past events that have no right to be there.
 *
 * @param batches reads those that are here
 * @param institutions names the institution of an origin
 * @param waitNanos for so long everybody waits
 * @param rights knows which events have no right to be where they are
 */
public record GapRules(StoredBatches batches, IntFunction<String> institutions, long waitNanos, RightsGate rights) {}
