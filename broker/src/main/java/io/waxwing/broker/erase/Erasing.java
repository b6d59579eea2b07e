package io.waxwing.broker.erase;

import io.waxwing.broker.runtime.Agent;
import io.waxwing.broker.store.DeliveryIndex;
import io.waxwing.broker.store.ErasedRow;
import io.waxwing.broker.store.ErasedRow.Place;
import io.waxwing.broker.store.ErasedRow.Progress;
import io.waxwing.broker.store.ErasedRows;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.spi.EventErasure;
import io.waxwing.bus.spi.EventErasure.Erased;
import io.waxwing.ledger.dispute.Disputes;
import io.waxwing.ledger.dispute.ErasureOrder;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.EraseLeaf;
import io.waxwing.ledger.sign.Signer;
import io.waxwing.ledger.spi.DisputeReader;
import io.waxwing.ledger.spi.Ledger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets this institution's wishes onto the ledger and takes down what the ledger orders. What is said may get lost, or
 * be too late for its block, so it is said again until the ledger shows it. Belongs to the core thread.
 */
public final class Erasing implements Agent {
    private static final Logger LOG = LoggerFactory.getLogger(Erasing.class);
    private static final long REPEAT_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** Fewer than an origin may have waiting for a block. */
    private static final int SAID_AT_A_TIME = 6;

    private final Parts parts;
    private final ErasedRows rows;
    private final Map<Place, EraseLeaf> signed = new HashMap<>();
    private final Map<Place, List<EventErasure.Told>> waiting = new HashMap<>();
    private Disputes ledger = Disputes.NONE;
    private long lastMs;
    private @Nullable Long saidNanos;
    private volatile boolean reading;

    /**
     * What it works with.
     *
     * @param places finds the batches of erased events
     * @param originId of this node
     * @param originKey signs orders
     * @param readers reads the disk; may refuse
     * @param core runs on the core thread; may refuse
     * @param clockMs Unix milliseconds
     * @param destroy wakes whoever destroys what was ordered
     */
    public record Parts(
            DeliveryIndex index,
            ErasedPlaces places,
            int originId,
            Signer originKey,
            Hash ledgerId,
            Ledger ledger,
            DisputeReader reader,
            Executor readers,
            Executor core,
            LongSupplier clockMs,
            Runnable destroy) {}

    public Erasing(Parts parts) {
        this.parts = parts;
        this.rows = parts.index().erased();
    }

    /** Somebody wants an event of this institution to be erased. Forces the wish: few do. */
    public void ask(Place place, EventErasure.Told told) {
        try {
            ErasedRow known = rows.of(place);
            if (known != null && known.progress() != Progress.ASKED) {
                told.erased(erased(known));
                return;
            }
            if (known == null) {
                rows.put(parts.places().asked(place, parts.clockMs().getAsLong()), true);
                saidNanos = null;
            }
        } catch (RefusedException e) {
            told.refused(e.refusal());
            return;
        }
        waiting.computeIfAbsent(place, unused -> new ArrayList<>()).add(told);
        told.kept();
    }

    static Erased erased(ErasedRow row) {
        return new Erased(row.leafIndex(), row.height(), row.timeMs(), row.progress() == Progress.DONE);
    }

    /** What the ledger says after a block. */
    public void onDisputes(Disputes now) {
        ledger = now;
    }

    /** Takes down what a final block erases; gives the journalSeqs of those events, as far as they are here. */
    public List<Long> onApplied(Applied applied) {
        if (applied.erasures().isEmpty()) {
            return List.of();
        }
        List<Long> journalSeqs = new ArrayList<>();
        for (Applied.AppliedErasure erasure : applied.erasures()) {
            Place place = ErasedRows.place(erasure.leaf());
            signed.remove(place);
            ErasedRow known = rows.of(place);
            if (known == null || known.progress() == Progress.ASKED) {
                known = parts.places().ordered(erasure, applied.height());
                rows.put(known, false);
                LOG.info("leaf {} erases event {} of leaf {}", known.leafIndex(), place.position(), place.leafIndex());
            }
            journalSeqs.addAll(parts.places().journalSeqs(known));
            Erased erased = erased(known);
            waiting.getOrDefault(place, List.of()).forEach(told -> told.erased(erased));
            waiting.remove(place);
        }
        parts.destroy().run();
        return journalSeqs;
    }

    @Override
    public int doWork(long nowNanos) {
        Long said = saidNanos;
        if (reading || rows.isEmpty(Progress.ASKED) || (said != null && nowNanos - said < REPEAT_NANOS)) {
            return 0;
        }
        List<ErasedRow> due = rows.open(Progress.ASKED).stream()
                .sorted(Comparator.comparingLong(ErasedRow::timeMs))
                .limit(SAID_AT_A_TIME)
                .toList();
        saidNanos = nowNanos;
        List<Wish> wishes = due.stream().map(this::wish).toList();
        try {
            reading = true;
            parts.readers().execute(() -> say(wishes));
        } catch (RejectedExecutionException full) {
            reading = false;
        }
        return 1;
    }

    @Override
    public long nextWorkNanos() {
        Long said = saidNanos;
        boolean nothing = reading || rows.isEmpty(Progress.ASKED);
        return nothing || said == null ? Long.MAX_VALUE : said + REPEAT_NANOS;
    }

    /** What is to be said: with the signature it had, unless the ledger has a later order of this node. */
    private record Wish(Place place, @Nullable EraseLeaf before, long timeMs, long provableSize) {}

    private Wish wish(ErasedRow row) {
        EraseLeaf before = signed.get(row.place());
        long last = ledger.lastErasureMs(parts.originId());
        if (before != null && before.timeMs() <= last) {
            before = null;
        }
        if (before == null) {
            lastMs = Math.max(parts.clockMs().getAsLong(), Math.max(last, lastMs) + 1);
        }
        return new Wish(
                row.place(), before, lastMs, ledger.provableSize(row.place().leafIndex()));
    }

    /** On the reading pool. */
    private void say(List<Wish> wishes) {
        Map<Place, EraseLeaf> made = new HashMap<>();
        try {
            for (Wish wish : wishes) {
                if (wish.provableSize() > wish.place().leafIndex()) {
                    EraseLeaf leaf = wish.before() == null ? sign(wish) : wish.before();
                    made.put(wish.place(), leaf);
                    ErasureOrder order = parts.reader().prove(leaf, wish.provableSize());
                    // Said again if it does not show in the ledger.
                    boolean unused = parts.ledger().submit(order);
                }
            }
        } catch (LedgerFailure e) {
            LOG.atWarn().addKeyValue("code", e.code()).log("about an event to be erased: {}", e.getMessage());
        } finally {
            hand(made);
        }
    }

    /** Without their signatures they are signed anew, with a later time. */
    private void hand(Map<Place, EraseLeaf> made) {
        try {
            parts.core().execute(() -> said(made));
        } catch (RejectedExecutionException full) {
            reading = false;
        }
    }

    private EraseLeaf sign(Wish wish) {
        Hash segment = parts.reader().segmentHash(wish.place().leafIndex());
        EraseLeaf.Target target =
                new EraseLeaf.Target(wish.place().leafIndex(), wish.place().position(), segment);
        return EraseLeaf.content(target, parts.originId(), wish.timeMs(), parts.ledgerId(), parts.originKey());
    }

    private void said(Map<Place, EraseLeaf> made) {
        reading = false;
        made.forEach((place, leaf) -> {
            ErasedRow row = rows.of(place);
            if (row != null && row.progress() == Progress.ASKED) {
                signed.put(place, leaf);
            }
        });
    }
}
