package io.waxwing.broker.processing;

/**
 * Bounds of rules.
 *
 * @param max of the node
 * @param maxPerUser of one user; does not hold while the node asks for nobody
 * @param ruleBytes of one rule as JSON, at most 32 KiB: it is kept as a subscription's note
 * @param maxHops rules that an event may go through one after the other
 * @param resultBytes of data that a projection makes
 */
public record ProcessingLimits(int max, int maxPerUser, int ruleBytes, int maxHops, int resultBytes) {}
