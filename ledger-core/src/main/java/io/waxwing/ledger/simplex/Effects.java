package io.waxwing.ledger.simplex;

import io.waxwing.ledger.hash.Hash;
import java.util.List;

/**
 * What one input asks of the shell, in this order: write and force the bodies of {@code storeFirst}; append
 * {@code persistFirst} to the vote log and force; send {@code thenSend}; apply {@code thenApply}; answer
 * {@code lookups}. The process may die between any two of these, or within one. If the disk refuses, nothing that
 * follows is done and no other input is given to the core until it has been done.
 *
 * @param storeFirst bodies to keep by block id, justify included, until a block of that height is final; given to
 *     {@link Recovered#stored()} after a restart
 * @param thenApply final blocks, ascending without a gap
 * @param evidence newly proven misbehaviour, to be shown; the core puts it into blocks itself
 * @param lookups blocks that peers ask for and the core no longer holds
 * @param nextTimeoutNanos when {@link Simplex#onTimeout} is due, by the clock of {@link Now#nanos()};
 *     {@link Long#MAX_VALUE} for never
 */
public record Effects(
        List<Block> storeFirst,
        List<VoteRecord> persistFirst,
        List<Outgoing> thenSend,
        List<FinalBlock> thenApply,
        List<Evidence> evidence,
        List<Lookup> lookups,
        long nextTimeoutNanos) {
    public Effects {
        storeFirst = List.copyOf(storeFirst);
        persistFirst = List.copyOf(persistFirst);
        thenSend = List.copyOf(thenSend);
        thenApply = List.copyOf(thenApply);
        evidence = List.copyOf(evidence);
        lookups = List.copyOf(lookups);
    }

    /** A message for one peer, or for every other node. */
    public record Outgoing(int to, Message message) {
        /** Every peer: validators and observers, not this node itself. */
        public static final int ALL = -1;
    }

    /**
     * A block that is final, with the certificate that made it so: of this block, or of a descendant if this one became
     * final with it.
     *
     * @param above if this block ends its epoch: the empty blocks from the one after it up to the certificate's, lowest
     *     first
     */
    public record FinalBlock(Block block, Certificate finalization, List<BlockHeader> above) {
        public FinalBlock {
            above = List.copyOf(above);
        }

        /** A block that ends no epoch. */
        public FinalBlock(Block block, Certificate finalization) {
            this(block, finalization, List.of());
        }

        /** To be stored with the block. */
        public Ending ending() {
            return new Ending(finalization, above);
        }
    }

    /**
     * Peer {@code to} wants this block: send a {@link BlockAnswer} of that epoch from the store, its justification left
     * out, without a block if it has none.
     */
    public record Lookup(int to, long epoch, Hash blockId) {}
}
