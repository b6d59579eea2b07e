package io.waxwing.ledger.simplex;

/** An epoch that is over: who voted, and why the block that ended it is final. */
public record PastEpoch(Validators validators, Ending ending) {}
