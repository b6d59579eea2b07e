package io.waxwing.ledger.simplex;

import io.waxwing.ledger.hash.Hash;

/** Asks a peer for the body of a block, by an id that a certificate or a certified descendant names. */
public record BlockRequest(long epoch, Hash blockId) implements Message {}
