package io.waxwing.broker.erase;

import io.waxwing.broker.runtime.Agent;
import io.waxwing.broker.store.Column;
import io.waxwing.broker.store.ErasedRow;
import io.waxwing.broker.store.ErasedRow.Progress;
import io.waxwing.broker.store.ErasedRows;
import io.waxwing.broker.store.EventJournal;
import io.waxwing.broker.store.StoredEvent;
import io.waxwing.bus.failure.RefusedException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Destroys what the ledger has erased: first nothing here reads it any more, then no file has its bytes. Goes on after
 * a crash where the rows say. On the thread that takes away what is not kept any more, since both write the journal
 * anew.
 */
public final class Destruction implements Agent {
    private static final Logger LOG = LoggerFactory.getLogger(Destruction.class);
    /** Each purge writes files anew: together those that come in the meantime. */
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

    // Wills and what schedules said, which may have become events, and are not there any more.
    private static final Set<Column> SOURCES = Set.of(Column.SESSIONS, Column.SCHEDULES);

    private final ErasedRows rows;
    private final ErasedPlaces places;
    private final EventJournal journal;
    private final Purge purge;
    private final BirthCopies births;
    private volatile Consumer<StoredEvent> alsoGone = event -> {};
    private final AtomicBoolean awake = new AtomicBoolean(true);
    private final LongAdder destroyed = new LongAdder();
    private final Set<Long> rewritten = new TreeSet<>();
    private final List<byte[]> fingerprints = new ArrayList<>();
    // A crash lost the keys of what was taken away before it.
    private boolean resumed;
    private @Nullable Long purgedNanos;
    private boolean due;
    private volatile @Nullable String problem;

    /** Makes sure that no file has what is not in these columns any more. */
    @FunctionalInterface
    public interface Purge {
        void purge(Map<Column, ? extends Collection<byte[]>> keys, Set<Column> whole);
    }

    public Destruction(ErasedRows rows, ErasedPlaces places, EventJournal journal, Purge purge) {
        this.rows = rows;
        this.places = places;
        this.journal = journal;
        this.purge = purge;
        this.births = places.births(journal);
        this.resumed = !rows.open(Progress.REWRITTEN).isEmpty();
    }

    /** Hears of each event before its content goes: what it was the name of is to go too. To be set once. */
    public void onErasing(Consumer<StoredEvent> hears) {
        alsoGone = hears;
    }

    /** Something was ordered, or a batch came that may have it. Any thread; the owner's thread is woken apart. */
    public void wake() {
        awake.set(true);
    }

    @Override
    public int doWork(long nowNanos) {
        boolean woken = awake.getAndSet(false);
        Long before = purgedNanos;
        boolean rested = before == null || nowNanos - before >= PAUSE_NANOS;
        if (!woken && !(due && rested)) {
            return 0;
        }
        try {
            rewrite();
            List<ErasedRow> left = rows.open(Progress.REWRITTEN);
            due = !left.isEmpty();
            if (due && rested) {
                purgedNanos = nowNanos;
                purge(left);
            }
            problem = null;
        } catch (RefusedException e) {
            due = true;
            purgedNanos = nowNanos;
            problem = e.getMessage();
            LOG.atError()
                    .addKeyValue("code", e.refusal().code().text())
                    .log("what was erased is not destroyed yet: {}", e.getMessage());
        }
        return 1;
    }

    @Override
    public long nextWorkNanos() {
        Long before = purgedNanos;
        return !due || before == null ? Long.MAX_VALUE : before + PAUSE_NANOS;
    }

    private void rewrite() {
        List<ErasedRow> done = new ArrayList<>();
        List<Long> journalSeqs = new ArrayList<>();
        for (ErasedRow row : rows.open(Progress.ORDERED)) {
            List<Long> found = places.journalSeqs(row);
            if (!found.isEmpty()) {
                journalSeqs.addAll(found);
                done.add(row.at(Progress.REWRITTEN));
            }
        }
        if (journalSeqs.isEmpty()) {
            return;
        }
        journalSeqs.addAll(births.of(journalSeqs));
        EventJournal.Reader reader = journal.reader();
        List<StoredEvent> events = journalSeqs.stream().map(reader::read).toList();
        // It was taken away, and a crash came before that was taken down.
        resumed |= events.stream().anyMatch(StoredEvent::isErased);
        // Before, because afterwards nobody knows what it was; and after, because somebody may have brought it back.
        events.forEach(alsoGone);
        fingerprints.addAll(journal.erase(journalSeqs));
        events.forEach(alsoGone);
        rewritten.addAll(journalSeqs);
        done.forEach(row -> rows.put(row, true));
    }

    private void purge(List<ErasedRow> left) {
        for (ErasedRow row : left) {
            List<Long> found = places.journalSeqs(row);
            rewritten.addAll(found);
            rewritten.addAll(births.gone(found));
        }
        Map<Column, List<byte[]>> keys = new LinkedHashMap<>();
        keys.put(Column.EVENTS, journal.blockKeys(rewritten));
        keys.put(Column.IDENTITIES, List.copyOf(fingerprints));
        Set<Column> whole = EnumSet.copyOf(SOURCES);
        if (resumed) {
            whole.add(Column.IDENTITIES);
        }
        purge.purge(keys, whole);
        resumed = false;
        fingerprints.clear();
        left.forEach(row -> rows.put(row.at(Progress.DONE), true));
        destroyed.add(left.size());
        rewritten.clear();
        due = false;
        LOG.info("nothing here has the content of {} erased events any more", left.size());
    }

    /** Erased events whose content no file here has, since the start. Any thread. */
    public long destroyed() {
        return destroyed.sum();
    }

    /** Why something is not destroyed that is due; null if nothing is the matter. Any thread. */
    public @Nullable String problem() {
        return problem;
    }
}
