package io.waxwing.ledger.simplex;

import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.simplex.VoteRecord.BatchSeq;
import io.waxwing.ledger.simplex.VoteRecord.Cosigned;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a vote log says, folded: enough to go on after a restart, and to begin a new log segment with. One thread. */
public final class VoteHistory {
    /** Batches of one lane that may be recorded but not final (ledger-runtime.md section 7), and one before them. */
    public static final int MAX_BATCHES_PER_LANE = 65;

    private boolean empty = true;
    private long view;
    private long epoch;
    private VoteRecord.@Nullable Notarized lastNotarized;
    private VoteRecord.@Nullable Finalized lastFinalized;
    private @Nullable Cosigned lastCosigned;
    private final Map<Lane, Deque<BatchSeq>> batches = new TreeMap<>();

    public void add(VoteRecord record) {
        empty = false;
        if (record instanceof VoteRecord.Enter enter) {
            view = Math.max(view, enter.view());
        } else if (record instanceof VoteRecord.Notarized notarized) {
            lastNotarized = notarized;
        } else if (record instanceof VoteRecord.Finalized finalized) {
            lastFinalized = finalized;
        } else if (record instanceof Cosigned cosigned) {
            lastCosigned = cosigned;
        } else if (record instanceof VoteRecord.Epoch entered) {
            epoch = entered.epoch();
        } else if (record instanceof BatchSeq batch) {
            Deque<BatchSeq> lane = batches.computeIfAbsent(batch.lane(), key -> new ArrayDeque<>());
            lane.addLast(batch);
            if (lane.size() > MAX_BATCHES_PER_LANE) {
                lane.removeFirst();
            }
        }
    }

    /** True if the log has no record at all. */
    public boolean isEmpty() {
        return empty;
    }

    /** The last view entered, 0 before the first. */
    public long view() {
        return view;
    }

    public long epoch() {
        return epoch;
    }

    /** The view of the last finalize vote, 0 before the first. */
    public long finalizedView() {
        return lastFinalized == null ? 0 : lastFinalized.view();
    }

    public VoteRecord.@Nullable Finalized lastFinalized() {
        return lastFinalized;
    }

    /** True if this key has voted to notarize that block in that view, as the last thing of its kind. */
    public boolean hasNotarized(long inView, Hash blockId) {
        return lastNotarized != null
                && lastNotarized.view() == inView
                && lastNotarized.blockId().equals(blockId);
    }

    public @Nullable Cosigned lastCosigned() {
        return lastCosigned;
    }

    /** The last batches of every lane, lanes in order, sequences rising. */
    public List<BatchSeq> batches() {
        List<BatchSeq> all = new ArrayList<>();
        batches.values().forEach(all::addAll);
        return all;
    }

    /** Records that fold to the same history: the beginning of a new log segment. */
    public List<VoteRecord> snapshot() {
        List<VoteRecord> records = new ArrayList<>();
        records.add(new VoteRecord.Epoch(epoch));
        records.add(new VoteRecord.Enter(view));
        if (lastNotarized != null) {
            records.add(lastNotarized);
        }
        if (lastFinalized != null) {
            records.add(lastFinalized);
        }
        if (lastCosigned != null) {
            records.add(lastCosigned);
        }
        records.addAll(batches());
        return records;
    }
}
