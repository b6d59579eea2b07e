package io.waxwing.testkit.fake;

import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.simplex.VoteHistory;
import io.waxwing.ledger.simplex.VoteRecord;
import io.waxwing.ledger.spi.VoteLog;
import java.util.ArrayList;
import java.util.List;

/** A vote log that forgets what was not forced when it crashes. {@link #reopened} is the log after a restart. */
public final class MemoryVoteLog implements VoteLog {
    private final DiskFaults faults;
    private final List<VoteRecord> forced;
    private final List<VoteRecord> pending = new ArrayList<>();
    private final VoteHistory history = new VoteHistory();

    public MemoryVoteLog(DiskFaults faults) {
        this(faults, List.of());
    }

    private MemoryVoteLog(DiskFaults faults, List<VoteRecord> forced) {
        this.faults = faults;
        this.forced = new ArrayList<>(forced);
        this.forced.forEach(record -> history.add(VoteRecord.decode(record.encode())));
    }

    /** What a restart finds. */
    public MemoryVoteLog reopened() {
        return new MemoryVoteLog(faults, forced);
    }

    /** The log without its last records: an old copy put back. */
    public MemoryVoteLog rolledBack(int records) {
        return new MemoryVoteLog(faults, forced.subList(0, forced.size() - records));
    }

    /** Everything forced, oldest first. */
    public List<VoteRecord> records() {
        return List.copyOf(forced);
    }

    @Override
    public void append(VoteRecord record) {
        pending.add(record);
    }

    @Override
    public void force() {
        if (faults.refuses()) {
            pending.clear();
            throw new LedgerFailure("WXW-3120", "the vote log cannot be written: no space left (simulated)");
        }
        faults.step("force of the vote log", () -> {
            forced.addAll(pending);
            pending.forEach(history::add);
            pending.clear();
        });
    }

    @Override
    public VoteHistory history() {
        return history;
    }

    @Override
    public void close() {
        pending.clear();
    }
}
