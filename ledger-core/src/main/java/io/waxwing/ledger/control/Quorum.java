package io.waxwing.ledger.control;

import io.waxwing.ledger.failure.Invariant;

/** The one place where thresholds are computed. */
public final class Quorum {
    private Quorum() {}

    /** f = floor((n - 1) / 3): how many of n validators may lie. */
    public static int faults(int validators) {
        Invariant.check(validators >= 1, "a ledger has a validator");
        return (validators - 1) / 3;
    }

    /** Q = floor((n + f) / 2) + 1: any two quorums share an honest validator, and the honest ones are a quorum. */
    public static int of(int validators) {
        return (validators + faults(validators)) / 2 + 1;
    }
}
