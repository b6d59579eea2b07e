package io.waxwing.broker.dispatch;

import io.waxwing.broker.store.DeliveryIndex;
import io.waxwing.broker.store.EventJournal;
import io.waxwing.broker.store.OrderBlock;

/** Places in the order of delivery by time. Reads the disk: for pools. */
final class OrderTimes {
    private final DeliveryIndex index;

    OrderTimes(DeliveryIndex index) {
        this.index = index;
    }

    /** Order times never fall, so the place is found by halving. */
    long firstAt(long timeMs, long end, EventJournal.Reader reader) {
        long low = 1;
        long high = end;
        while (low < high) {
            long middle = low + (high - low) / 2;
            OrderBlock block = index.orderBlockAt(middle);
            if (block == null || timeOf(block, middle, reader) >= timeMs) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private static long timeOf(OrderBlock block, long position, EventJournal.Reader reader) {
        return block.orderTimeMs() > 0
                ? block.orderTimeMs()
                : reader.read(block.journalSeq(position)).receivedMs();
    }
}
