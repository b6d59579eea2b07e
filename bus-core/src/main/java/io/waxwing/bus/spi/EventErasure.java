package io.waxwing.bus.spi;

import io.waxwing.bus.event.EventId;
import io.waxwing.bus.failure.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * Erasing: the content of an event goes everywhere, by an order of the ledger, while its place, its commitment and all
 * receipts stay (ledger.md section 6).
 */
public interface EventErasure {
    /** The event, or null if this node has none of that name. Reads the store: for pools. */
    @Nullable Found find(EventId eventId);

    /**
     * Asks the ledger for it. An event that is erased, or that somebody has asked for, is not asked for again. Any
     * thread.
     *
     * @throws io.waxwing.bus.failure.RefusedException WXW-1282 if it came from another institution, WXW-1103 if too
     *     much waits
     */
    void erase(Found event, Told told);

    /** Hears what becomes of a wish, on any thread; must not wait. */
    interface Told {
        /**
         * The wish is on the disk: it will be an order, whatever happens to this node. Unless {@link #erased} comes
         * first.
         */
        void kept();

        /** The ledger has ordered it. */
        void erased(Erased by);

        void refused(Refusal refusal);
    }

    /**
     * An event that may be erased.
     *
     * @param topic of the event
     * @param leafIndex of its SEGMENT leaf
     * @param position in that segment
     * @param institution whose it is
     * @param isOurs that is this node's institution
     */
    record Found(EventId eventId, String topic, long leafIndex, int position, String institution, boolean isOurs) {}

    /**
     * The order to erase it.
     *
     * @param leafIndex of the ERASE leaf
     * @param height of its block
     * @param timeMs when it was asked for; Unix milliseconds
     * @param isGone no file of this node has the content any more
     */
    record Erased(long leafIndex, long height, long timeMs, boolean isGone) {}
}
