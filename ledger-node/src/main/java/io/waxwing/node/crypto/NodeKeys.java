package io.waxwing.node.crypto;

import io.waxwing.ledger.sign.Signer;

/** The signing keys of one institution's node. No key serves two purposes. */
public record NodeKeys(Signer vote, Signer cosigner, Signer log, Signer origin) {}
