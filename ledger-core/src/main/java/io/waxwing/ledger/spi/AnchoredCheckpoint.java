package io.waxwing.ledger.spi;

import io.waxwing.ledger.hash.Hash;

/**
 * Where a checkpoint can be found on another chain, as {@link io.waxwing.ledger.note.AnchorData} in a transaction.
 *
 * @param anchor name of the outside anchor
 * @param chainId of the chain, by EIP-155
 * @param atMs when this node saw it confirmed, by its own clock
 */
public record AnchoredCheckpoint(
        String anchor,
        long chainId,
        Hash transaction,
        long blockNumber,
        Hash blockHash,
        long treeSize,
        Hash root,
        long atMs) {}
