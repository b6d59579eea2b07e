package io.waxwing.ledger.merkle;

/** Gives tiles by id. */
@FunctionalInterface
public interface TileSource {
    /**
     * A tile with at least {@code minWidth} hashes (more are allowed: a partial tile is a prefix).
     *
     * @throws io.waxwing.ledger.failure.LedgerFailure if there is none or it is damaged
     */
    Tile tile(TileId id, int minWidth);
}
