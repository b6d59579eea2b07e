package io.waxwing.broker.store;

import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.topic.DeliveryClass;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Compares what points at events with the events: the order of delivery, names, identities, retained values, rows of
 * batches, sessions' keys. Reads everything once, in bounded memory.
 */
public final class IndexCheck {
    private static final int MAX_PROBLEMS = 1000;

    private final ColumnStore store;
    private final EventJournal.Reader events;
    private final DeliveryIndex index;
    private final long lastJournalSeq;
    private final List<String> problems = new ArrayList<>();

    public IndexCheck(ColumnStore store) {
        this.store = store;
        EventJournal journal = new EventJournal(store);
        this.events = journal.reader();
        this.index = new DeliveryIndex(store);
        this.lastJournalSeq = journal.lastJournalSeq();
    }

    /**
     * What is damaged; empty if nothing is. To be called once. @throws RefusedException WXW-2104 if nothing can be read
     */
    public List<String> run() {
        checkOrder();
        each(Column.FINALS, "the name of a journal event", this::checkFinal);
        each(Column.IDENTITIES, "the identity of an event", this::checkIdentity);
        each(Column.RETAINED, "the retained value of a topic", this::checkRetained);
        each(Column.BATCHES, "the row of a batch", this::checkBatch);
        each(Column.SESSIONS, "a row of a session", entry -> SessionRows.names(entry.key()));
        each(Column.SUBSCRIPTIONS, "a row of a subscription", entry -> SessionRows.names(entry.key()));
        return problems;
    }

    private void each(Column column, String what, Consumer<ColumnStore.Entry> check) {
        Columns.forEach(store, column, entry -> {
            if (problems.size() < MAX_PROBLEMS) {
                try {
                    check.accept(entry);
                } catch (RefusedException e) {
                    problems.add(what + ": " + e.refusal().detail());
                } catch (RuntimeException unreadable) {
                    problems.add(what + " is unreadable: " + unreadable.getMessage());
                }
            }
        });
    }

    private void checkOrder() {
        long position = 1;
        long end = index.cursor().nextPosition();
        while (position < end && problems.size() < MAX_PROBLEMS) {
            OrderBlock block;
            try {
                block = index.orderBlockAt(position);
            } catch (RefusedException e) {
                problems.add(e.refusal().detail());
                return;
            }
            if (block == null || block.firstPosition() != position) {
                problems.add("order: no block begins at position " + position);
                return;
            }
            for (; position < block.endPosition(); position++) {
                checkPosition(block, position);
            }
        }
    }

    private void checkPosition(OrderBlock block, long position) {
        long journalSeq = block.journalSeq(position);
        if (journalSeq < 1 || journalSeq > lastJournalSeq) {
            problems.add("order: position " + position + " names journal event " + journalSeq + ", which is not here");
            return;
        }
        if (block.height() == 0) {
            return;
        }
        try {
            int topicHash = EventId.hashOf(events.read(journalSeq).topic());
            EventId name = new EventId(topicHash, block.topicSeq(position), block.height());
            SegmentRecord segment = segmentOf(name, journalSeq);
            if (segment == null || segment.positions()[segment.indexOf(name.topicSeq())] != position) {
                problems.add("order: position " + position + " names journal event " + journalSeq + " with topicSeq "
                        + block.topicSeq(position) + " of block " + block.height() + "; no segment says so");
            }
        } catch (RefusedException e) {
            problems.add("order: position " + position + ": " + e.refusal().detail());
        }
    }

    private @Nullable SegmentRecord segmentOf(EventId name, long journalSeq) {
        for (SegmentRecord segment : index.findSegments(name.topicHash(), name.topicSeq())) {
            if (segment.height() == name.height()
                    && segment.journalSeqs()[segment.indexOf(name.topicSeq())] == journalSeq) {
                return segment;
            }
        }
        return null;
    }

    private void checkFinal(ColumnStore.Entry entry) {
        long journalSeq = Keys.sequence(entry.key());
        DeliveryIndex.Final known = index.findFinal(journalSeq);
        if (known == null) {
            return;
        }
        EventId name = known.eventId();
        SegmentRecord segment = segmentOf(name, journalSeq);
        if (segment == null || segment.orderTimeMs() != known.orderTimeMs()) {
            problems.add("journal event " + journalSeq + " has the name " + name + " and a time, no segment says so");
        }
    }

    private void checkIdentity(ColumnStore.Entry entry) {
        EventJournal.Identity known = EventJournal.identity(entry.value());
        StoredEvent event = events.read(known.journalSeq());
        if (event.expired()) {
            return;
        }
        Attributes attributes = event.attributes();
        byte[] key = EventJournal.identityKey(
                String.valueOf(attributes.get(Attributes.SOURCE)), String.valueOf(attributes.get(Attributes.ID)));
        if (!Arrays.equals(key, entry.key())) {
            problems.add("journal event " + known.journalSeq() + " has another source and id than it is known by");
        }
    }

    private void checkRetained(ColumnStore.Entry entry) {
        long journalSeq = Keys.sequence(entry.value());
        String topic = events.read(journalSeq).topic();
        if (!Arrays.equals(TopicRecords.key(topic), entry.key())) {
            problems.add(
                    "journal event " + journalSeq + " is retained for another topic than its own, '" + topic + "'");
        }
    }

    private void checkBatch(ColumnStore.Entry entry) {
        BatchRow row = BatchRow.decode(entry.value());
        boolean placed = row.firstJournalSeq() >= 1
                && row.firstJournalSeq() <= row.lastJournalSeq()
                && row.lastJournalSeq() <= lastJournalSeq;
        String which = "the row of batch " + row.header().batchSeq() + " of lane "
                + row.header().lane();
        if (!Arrays.equals(row.key(), entry.key()) || !placed) {
            problems.add(which + " is not where it belongs, or names journal events that are not here");
            return;
        }
        long found = 0;
        for (long seq = row.firstJournalSeq(); seq <= row.lastJournalSeq(); seq++) {
            found += isOf(row, events.read(seq)) ? 1 : 0;
        }
        boolean whole = found == row.header().statement().eventCount()
                && isOf(row, events.read(row.firstJournalSeq()))
                && isOf(row, events.read(row.lastJournalSeq()));
        if (!whole) {
            problems.add(which + " does not name its events");
        }
    }

    private static boolean isOf(BatchRow row, StoredEvent event) {
        return event.deliveryClass() != DeliveryClass.LOCAL
                && event.held() == row.held()
                && event.lane().equals(row.header().lane());
    }
}
