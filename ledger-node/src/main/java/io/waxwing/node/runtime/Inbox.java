package io.waxwing.node.runtime;

import io.waxwing.ledger.batch.BatchCodec;
import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.simplex.VoteRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import org.jspecify.annotations.Nullable;

/** What others hand to the ledger thread: many producers, one consumer, bounded. */
final class Inbox {
    /** Room in a block for its header, certificates and control transactions. */
    private static final int BLOCK_RESERVE_BYTES = 64 * 1024;
    /** Records taken in one turn: bounds the frame of one force. */
    private static final int MAX_RECORDS = 256;

    private final ArrayBlockingQueue<BatchReference> batches;
    private final ArrayBlockingQueue<Request> records;
    private @Nullable BatchReference heldBack;

    Inbox(int capacity) {
        this.batches = new ArrayBlockingQueue<>(capacity);
        this.records = new ArrayBlockingQueue<>(capacity);
    }

    record Request(VoteRecord record, Runnable forced) {}

    boolean offer(BatchReference batch) {
        return batches.offer(batch);
    }

    boolean offer(Request request) {
        return records.offer(request);
    }

    /** Waiting batches and records. */
    int size() {
        return batches.size() + records.size() + (heldBack == null ? 0 : 1);
    }

    /** As many batches as one block may have; consumer only. */
    List<BatchReference> takeBlock() {
        List<BatchReference> taken = new ArrayList<>();
        long bytes = BLOCK_RESERVE_BYTES;
        BatchReference next = heldBack != null ? heldBack : batches.poll();
        heldBack = null;
        while (next != null) {
            bytes += BatchCodec.encodedSize(next);
            if (!taken.isEmpty() && (bytes > Block.MAX_BYTES || taken.size() == Block.MAX_BATCHES)) {
                heldBack = next;
                break;
            }
            taken.add(next);
            next = batches.poll();
        }
        return taken;
    }

    List<Request> takeRecords() {
        List<Request> taken = new ArrayList<>();
        records.drainTo(taken, MAX_RECORDS);
        return taken;
    }
}
