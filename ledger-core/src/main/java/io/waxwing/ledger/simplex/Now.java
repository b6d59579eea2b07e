package io.waxwing.ledger.simplex;

/**
 * The time of an input: {@code nanos} of a clock that only goes forward (only differences count), and {@code wallMs},
 * milliseconds since 1970 by the node's wall clock, which may jump.
 */
public record Now(long nanos, long wallMs) {}
