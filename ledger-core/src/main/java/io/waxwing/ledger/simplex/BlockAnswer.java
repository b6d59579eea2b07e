package io.waxwing.ledger.simplex;

import io.waxwing.ledger.hash.Hash;
import org.jspecify.annotations.Nullable;

/** The block that was asked for, or null if the peer does not have it, so that the next one is asked at once. */
public record BlockAnswer(
        long epoch, Hash blockId, @Nullable Block block) implements Message {}
