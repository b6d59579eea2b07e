package io.waxwing.node.runtime;

import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.checkpoint.CheckpointRounds.Line;
import io.waxwing.ledger.simplex.Message;
import io.waxwing.ledger.simplex.MessageCheck.Verified;
import io.waxwing.ledger.simplex.VoteRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Everything that waits for the ledger thread; bounded, and a full queue is an answer. Offered by any thread. */
final class Inbox {
    /** What one turn takes of each kind at most. */
    private static final int MAX_TURN = 256;

    private static final long MAX_PEER_BYTES = 64L << 20;

    private final ArrayBlockingQueue<BatchReference> batches;
    private final ArrayBlockingQueue<Request> records;
    private final ArrayBlockingQueue<Sized> peers;
    private final AtomicLong peerBytes = new AtomicLong();
    private @Nullable BatchReference heldBack;

    Inbox(int capacity) {
        this.batches = new ArrayBlockingQueue<>(capacity);
        this.records = new ArrayBlockingQueue<>(capacity);
        this.peers = new ArrayBlockingQueue<>(capacity);
    }

    private record Sized(Peer peer, int bytes) {}

    /** A record that somebody on this node wants forced. */
    record Request(VoteRecord record, Runnable forced) {}

    /** What came from another node and was checked as far as it can be without the state. */
    sealed interface Peer {
        /** A message of consensus. */
        record Consensus(Verified<? extends Message> message) implements Peer {}

        /** A certified batch of another node. */
        record Batch(int from, BatchReference batch) implements Peer {}

        /** A cosignature. */
        record Cosignature(int from, Line line) implements Peer {}
    }

    boolean offer(BatchReference batch) {
        return batches.offer(batch);
    }

    boolean offer(Request request) {
        return records.offer(request);
    }

    /** {@code bytes} is the size of the frame: what waits is bounded by size, too. */
    boolean offer(Peer peer, int bytes) {
        if (peerBytes.addAndGet(bytes) <= MAX_PEER_BYTES && peers.offer(new Sized(peer, bytes))) {
            return true;
        }
        peerBytes.addAndGet(-bytes);
        return false;
    }

    /** Everything that waits. */
    int size() {
        return batches.size() + records.size() + peers.size() + (heldBack == null ? 0 : 1);
    }

    /** The next batch of this node; consumer only. */
    @Nullable BatchReference nextBatch() {
        BatchReference next = heldBack != null ? heldBack : batches.poll();
        heldBack = null;
        return next;
    }

    /** Puts one back in front, until its lane has moved; consumer only. */
    void holdBack(BatchReference batch) {
        heldBack = batch;
    }

    /** All of them: whoever takes batches before takes the record of each batch with them. */
    List<Request> takeRecords() {
        List<Request> taken = new ArrayList<>();
        records.drainTo(taken);
        return taken;
    }

    List<Peer> takePeers() {
        List<Sized> drained = new ArrayList<>();
        peers.drainTo(drained, MAX_TURN);
        drained.forEach(sized -> peerBytes.addAndGet(-sized.bytes()));
        return drained.stream().map(Sized::peer).toList();
    }
}
