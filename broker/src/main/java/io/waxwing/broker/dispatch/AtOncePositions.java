package io.waxwing.broker.dispatch;

import io.waxwing.broker.store.DeliveryIndex;
import io.waxwing.broker.store.OrderBlock;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Where events of class sealed were delivered before a stop, looked up by journalSeq: what is not final at a stop has
 * its position nowhere else. Reads the order backwards, only as far as it is asked.
 */
public final class AtOncePositions {
    private final DeliveryIndex index;
    private final LongSupplier nextPosition;
    private final Map<Long, Long> found = new HashMap<>();
    // Everything delivered at once at or behind this position is in the map; -1: nothing was read yet.
    private long readFrom = -1;
    private long lowestJournalSeq = Long.MAX_VALUE;

    public AtOncePositions(DeliveryIndex index, LongSupplier nextPosition) {
        this.index = index;
        this.nextPosition = nextPosition;
    }

    /** 0 if it was not delivered yet. To be asked only after everything durable is in the index. */
    public long positionOf(long journalSeq) {
        if (readFrom < 0) {
            readFrom = nextPosition.getAsLong();
        }
        // What is delivered at once comes in the order of journalSeq.
        while (lowestJournalSeq > journalSeq && readFrom > 1) {
            OrderBlock block = index.orderBlockAt(readFrom - 1);
            if (block == null || block.firstPosition() >= readFrom) {
                break;
            }
            if (block.height() == 0) {
                for (long position = block.firstPosition(); position < block.endPosition(); position++) {
                    found.put(block.journalSeq(position), position);
                }
                lowestJournalSeq = block.journalSeq(block.firstPosition());
            }
            readFrom = block.firstPosition();
        }
        return found.getOrDefault(journalSeq, 0L);
    }
}
