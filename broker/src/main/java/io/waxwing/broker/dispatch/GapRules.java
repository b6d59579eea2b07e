package io.waxwing.broker.dispatch;

import io.waxwing.broker.intake.StoredBatches;
import java.util.function.IntFunction;

/**
 * What is needed to go past missing payloads.
 *
 * @param batches reads those that are here
 * @param institutions names the institution of an origin
 * @param waitNanos for so long everybody waits
 */
public record GapRules(StoredBatches batches, IntFunction<String> institutions, long waitNanos) {}
