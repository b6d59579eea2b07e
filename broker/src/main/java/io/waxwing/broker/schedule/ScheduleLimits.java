package io.waxwing.broker.schedule;

/**
 * Bounds of schedules.
 *
 * @param max of the node
 * @param maxPerUser of one user; does not hold while the node asks for nobody
 * @param bytes of one schedule as JSON, its event included
 * @param graceMs what is due is published up to so late; beyond it was missed
 */
public record ScheduleLimits(int max, int maxPerUser, int bytes, long graceMs) {}
