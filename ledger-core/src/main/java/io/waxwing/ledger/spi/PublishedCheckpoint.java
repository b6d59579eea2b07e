package io.waxwing.ledger.spi;

import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;

/** A checkpoint as served: tree size, root, and the bytes of the signed note with log line and cosignatures. */
public record PublishedCheckpoint(long treeSize, Hash root, ByteString note) {}
