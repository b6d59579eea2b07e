package io.waxwing.broker.pull;

/**
 * Bounds of durable subscriptions. Those of a user do not hold while the node asks for nobody.
 *
 * @param max of the node, webhooks included
 * @param maxPerUser that one user may have, webhooks not counted
 * @param maxWaiting consumers that may wait at the same time
 * @param maxWaitingPerUser of them at the subscriptions of one user
 */
public record PullLimits(int max, int maxPerUser, int maxWaiting, int maxWaitingPerUser) {}
