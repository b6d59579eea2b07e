package io.waxwing.node.runtime;

import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.checkpoint.CheckpointRounds.Assembled;
import io.waxwing.ledger.checkpoint.CheckpointRounds.Line;
import io.waxwing.ledger.control.ConfigProposal;
import io.waxwing.ledger.dispute.Dispute;
import io.waxwing.ledger.simplex.Foreign;
import io.waxwing.ledger.simplex.Message;
import io.waxwing.ledger.simplex.MessageCheck.Verified;
import io.waxwing.ledger.simplex.VoteRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import org.jspecify.annotations.Nullable;

/**
 * Everything that waits for the ledger thread; bounded, and a full queue is an answer. Each peer has room of its own,
 * and they are taken in turn: what one sends takes nothing from another. Offered by any thread.
 */
final class Inbox {
    /** What one turn takes of each kind at most. */
    private static final int MAX_TURN = 256;

    /** Disputes of this node that wait; who says one says it again. */
    private static final int MAX_DISPUTES = 16;

    /** Several of the largest frames. */
    private static final long MAX_PEER_BYTES = 16L << 20;

    private final int capacity;
    private final ArrayBlockingQueue<BatchReference> batches;
    private final ArrayBlockingQueue<Request> records;
    private final ArrayBlockingQueue<Dispute> disputes = new ArrayBlockingQueue<>(MAX_DISPUTES);
    private final Map<Integer, Room> peers = new ConcurrentSkipListMap<>();
    private final Set<Integer> ups = new ConcurrentSkipListSet<>();
    private int firstRoom = -1;
    private @Nullable BatchReference heldBack;

    Inbox(int capacity) {
        this.capacity = capacity;
        this.batches = new ArrayBlockingQueue<>(capacity);
        this.records = new ArrayBlockingQueue<>(capacity);
    }

    private record Sized(Peer peer, int bytes) {}

    /** One peer's share. */
    private static final class Room {
        private final Queue<Sized> waiting = new ArrayDeque<>();
        private long bytes;

        synchronized boolean offer(Sized sized, int capacity) {
            if (waiting.size() >= capacity || bytes + sized.bytes() > MAX_PEER_BYTES) {
                return false;
            }
            bytes += sized.bytes();
            return waiting.add(sized);
        }

        synchronized @Nullable Peer poll() {
            Sized next = waiting.poll();
            if (next == null) {
                return null;
            }
            bytes -= next.bytes();
            return next.peer();
        }

        synchronized int size() {
            return waiting.size();
        }
    }

    /** A record that somebody on this node wants forced. */
    record Request(VoteRecord record, Runnable forced) {}

    /** What came from another node and was checked as far as it can be without the state. */
    sealed interface Peer {
        /** A message of consensus. */
        record Consensus(Verified<? extends Message> message) implements Peer {}

        /** A message of consensus in another epoch than this node's. */
        record OtherEpoch(Foreign message) implements Peer {}

        /** A proposed change, approved or not; only its form was checked. */
        record Change(int from, ConfigProposal proposal) implements Peer {}

        /** An approval of a change; nothing was checked. */
        record Approval(int from, ConsensusFrame.Approved approval) implements Peer {}

        /** What a node says about a missing payload; only its form was checked, and that it speaks for itself. */
        record Disputed(int from, Dispute dispute) implements Peer {}

        /** A certified batch of another node that can stand, but for its place. */
        record Batch(BatchReference batch) implements Peer {}

        /** A cosignature. */
        record Cosignature(int from, Line line) implements Peer {}

        /** A note that satisfies the policy. */
        record Note(Assembled note) implements Peer {}

        /** Somebody lacks the note of a tree of that size or a larger one. */
        record NoteWanted(int from, long treeSize) implements Peer {}
    }

    boolean offer(BatchReference batch) {
        return batches.offer(batch);
    }

    boolean offer(Dispute dispute) {
        return disputes.offer(dispute);
    }

    /** The next dispute of this node, or null; consumer only. */
    @Nullable Dispute nextDispute() {
        return disputes.poll();
    }

    boolean offer(Request request) {
        return records.offer(request);
    }

    /** {@code bytes} is the size of the node's frame: what waits is bounded by size, too. */
    boolean offer(int node, Peer peer, int bytes) {
        return peers.computeIfAbsent(node, number -> new Room()).offer(new Sized(peer, bytes), capacity);
    }

    /** The link with that node is up; never refused. */
    void up(int node) {
        ups.add(node);
    }

    /** Everything that waits. */
    int size() {
        int waiting = peers.values().stream().mapToInt(Room::size).sum();
        return batches.size() + records.size() + disputes.size() + waiting + (heldBack == null ? 0 : 1);
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

    /** Nodes whose link has come up since the last call, in the order of their numbers. */
    List<Integer> takeUps() {
        List<Integer> taken = new ArrayList<>(ups);
        ups.removeAll(taken);
        return taken;
    }

    /** One of each peer in turn, beginning with another peer every time; consumer only. */
    List<Peer> takePeers() {
        List<Room> rooms = new ArrayList<>(peers.values());
        List<Peer> taken = new ArrayList<>();
        firstRoom = rooms.isEmpty() ? 0 : (firstRoom + 1) % rooms.size();
        for (boolean any = true; any && taken.size() < MAX_TURN; ) {
            any = false;
            for (int i = 0; i < rooms.size() && taken.size() < MAX_TURN; i++) {
                Peer next = rooms.get((firstRoom + i) % rooms.size()).poll();
                if (next != null) {
                    taken.add(next);
                    any = true;
                }
            }
        }
        return taken;
    }
}
