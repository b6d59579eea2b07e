package io.waxwing.broker.file;

import io.waxwing.anchor.file.FileFetch;
import io.waxwing.anchor.file.FileFrame;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.http.file.SharedFiles.Taker;
import io.waxwing.ledger.file.ChunkHashes;
import io.waxwing.ledger.hash.Hash;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One file on its way here, with those who wait for parts of it. Belongs to the thread of {@link FileAgent}. */
final class Fetching implements FileFetch.Output {
    private static final Logger LOG = LoggerFactory.getLogger(Fetching.class);
    private static final FileFetch.Limits LIMITS =
            new FileFetch.Limits(4, TimeUnit.SECONDS.toNanos(10), TimeUnit.SECONDS.toNanos(2));
    /** In place of a chunk's number: the hashes. */
    private static final int HASHES = -1;

    private static final int AHEAD = 8;
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(30);
    /** Members come and go without saying so. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final FileMeta meta;
    private final FileShelf shelf;
    private final Asking asking;
    private final FileFetch fetch;
    private final Map<Integer, List<Waiter>> waiters = new HashMap<>();
    private final boolean eager;
    private @Nullable ChunkHashes hashes;
    private long nextNanos = Long.MIN_VALUE;
    private long wantedNanos = Long.MIN_VALUE;
    private long gotNanos = Long.MIN_VALUE;

    /** How members are asked. */
    interface Asking {
        boolean ask(int member, FileFrame question, int answerBytes);

        void gotBytes(int bytes);

        void lied(int member);
    }

    private record Waiter(Taker taker, long deadlineNanos) {}

    Fetching(FileMeta meta, FileShelf shelf, Asking asking, boolean eager) {
        this.meta = meta;
        this.shelf = shelf;
        this.asking = asking;
        this.eager = eager;
        hashes = shelf.hashes(meta);
        ChunkHashes known = hashes;
        BitSet here = known == null ? new BitSet() : shelf.here(meta.key(), known);
        FileFetch.Wanted wanted = new FileFetch.Wanted(
                meta.key(), meta.card().layout(), meta.card().root());
        fetch = new FileFetch(wanted, LIMITS, known, here);
        if (eager) {
            fetch.wantEverything();
        }
    }

    FileMeta meta() {
        return meta;
    }

    boolean isEager() {
        return eager;
    }

    /** Nobody waits, or is likely to soon, and nothing is to be got. */
    boolean isOver(long nowNanos) {
        boolean read = wantedNanos != Long.MIN_VALUE && nowNanos - wantedNanos < LINGER_NANOS;
        return waiters.isEmpty() && !read && (fetch.isIdle() || !eager);
    }

    /** Nobody gives anything of it, and nobody here waits for it. */
    boolean isStuck(long nowNanos) {
        gotNanos = gotNanos == Long.MIN_VALUE ? nowNanos : gotNanos;
        return eager && waiters.isEmpty() && nowNanos - gotNanos >= STUCK_NANOS;
    }

    long nextNanos() {
        return nextNanos;
    }

    boolean hasHashes() {
        return hashes != null;
    }

    void wantHashes(Taker taker, long deadlineNanos) {
        ChunkHashes known = hashes;
        if (known != null) {
            taker.took(known.encode());
        } else {
            await(HASHES, taker, deadlineNanos);
        }
    }

    void wantChunk(int chunk, Taker taker, long deadlineNanos) {
        ChunkHashes known = hashes;
        byte[] here = known == null ? null : shelf.chunk(meta.key(), chunk, known.get(chunk));
        if (here != null) {
            taker.took(here);
            return;
        }
        fetch.lost(chunk);
        // Whoever reads one goes on to the next.
        int end = Math.min(meta.card().layout().chunks(), chunk + AHEAD);
        for (int each = chunk; each < end; each++) {
            fetch.want(each);
        }
        await(chunk, taker, deadlineNanos);
    }

    private void await(int what, Taker taker, long deadlineNanos) {
        waiters.computeIfAbsent(what, unused -> new ArrayList<>()).add(new Waiter(taker, deadlineNanos));
        nextNanos = Long.MIN_VALUE;
    }

    void onFrame(int from, FileFrame frame, long nowNanos) {
        fetch.onFrame(from, frame, nowNanos, this);
        nextNanos = Long.MIN_VALUE;
    }

    void work(List<Integer> members, long nowNanos) {
        wantedNanos = waiters.isEmpty() ? wantedNanos : nowNanos;
        nextNanos = Math.min(nowNanos + LOOK_NANOS, fetch.work(members, nowNanos, this));
        for (Iterator<List<Waiter>> each = waiters.values().iterator(); each.hasNext(); ) {
            List<Waiter> waiting = each.next();
            for (Iterator<Waiter> late = waiting.iterator(); late.hasNext(); ) {
                Waiter waiter = late.next();
                if (nowNanos - waiter.deadlineNanos() >= 0) {
                    late.remove();
                    waiter.taker().refused(absent());
                } else {
                    nextNanos = Math.min(nextNanos, waiter.deadlineNanos());
                }
            }
            if (waiting.isEmpty()) {
                each.remove();
            }
        }
    }

    private static Refusal absent() {
        return new Refusal(
                FailureCode.FILE_ELSEWHERE, "no member of the audience that can be reached has given it; ask again");
    }

    /** It is gone, or given up. */
    void end(Refusal why) {
        waiters.values()
                .forEach(waiting -> waiting.forEach(waiter -> waiter.taker().refused(why)));
        waiters.clear();
    }

    private void tell(int what, byte[] bytes) {
        List<Waiter> waiting = waiters.remove(what);
        if (waiting != null) {
            waiting.forEach(waiter -> waiter.taker().took(bytes));
        }
    }

    @Override
    public boolean ask(int member, FileFrame question, int answerBytes) {
        return asking.ask(member, question, answerBytes);
    }

    @Override
    public boolean keep(ChunkHashes proven) {
        try {
            shelf.putHashes(meta.key(), proven);
        } catch (RefusedException e) {
            return notKept(e);
        }
        hashes = proven;
        tell(HASHES, proven.encode());
        return true;
    }

    @Override
    public boolean keep(int chunk, byte[] proven) {
        Hash hash = Objects.requireNonNull(hashes).get(chunk);
        try {
            shelf.putChunk(meta.key(), chunk, hash, proven);
        } catch (RefusedException e) {
            return notKept(e);
        }
        asking.gotBytes(proven.length);
        gotNanos = Long.MIN_VALUE;
        tell(chunk, proven);
        return true;
    }

    private static boolean notKept(RefusedException e) {
        LOG.atWarn()
                .addKeyValue("code", e.refusal().code().text())
                .log("what a member gave of a file is not kept: {}", e.getMessage());
        return false;
    }

    @Override
    public void lied(int member, String what) {
        LOG.atWarn()
                .addKeyValue("code", FailureCode.FILE_ROOT.text())
                .log(
                        "node {} gave {} of file {} and is not asked for it any more",
                        member,
                        what,
                        meta.card().fileId());
        asking.lied(member);
    }
}
