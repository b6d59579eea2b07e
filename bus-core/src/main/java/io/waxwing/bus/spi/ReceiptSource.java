package io.waxwing.bus.spi;

import io.waxwing.bus.event.EventId;
import java.util.Set;

/** Receipts, computed when asked for. May block: call it from a pool for slow work. */
public interface ReceiptSource {
    /** What of an event a receipt discloses beside its commitment. */
    enum Component {
        TOPIC,
        HEADERS,
        PUBLISHER,
        PAYLOAD
    }

    /**
     * The receipt as the bytes of a {@code .tlog-proof} file.
     *
     * @param disclose components whose bytes are inside; of the others only the commitment
     * @param treeSize a published checkpoint's size to prove against, or 0 for the first one that covers the event
     * @param withChain put trust.chain inside
     * @throws io.waxwing.bus.failure.RefusedException WXW-1201 unknown event, WXW-1204 not covered yet, WXW-1205 no
     *     receipts for this class
     */
    byte[] receipt(EventId eventId, Set<Component> disclose, long treeSize, boolean withChain);
}
