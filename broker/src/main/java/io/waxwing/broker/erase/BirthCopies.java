package io.waxwing.broker.erase;

import io.waxwing.broker.store.EventJournal;
import io.waxwing.broker.store.StoredEvent;
import java.util.ArrayList;
import java.util.List;

/**
 * The copies of Sparkplug births below {@code $sparkplug/certificates/}, which this node publishes as soon as a birth
 * is delivered: what is erased of a birth is erased of its copy.
 */
final class BirthCopies {
    private static final String BIRTHS = "spBv1.0/";
    private static final String COPIES = "$sparkplug/certificates/";
    /** A copy may wait for room for a while; so many events may come in between. */
    private static final int MAX_BEHIND = 1 << 16;

    private final EventJournal journal;

    BirthCopies(EventJournal journal) {
        this.journal = journal;
    }

    /** journalSeqs of the copies of those events that are births. */
    List<Long> of(List<Long> journalSeqs) {
        List<Long> copies = new ArrayList<>();
        EventJournal.Reader reader = journal.reader();
        for (long journalSeq : journalSeqs) {
            StoredEvent birth = reader.read(journalSeq);
            if (birth.topic().startsWith(BIRTHS) && !birth.expired()) {
                copies.addAll(copiesOf(birth));
            }
        }
        return copies;
    }

    private List<Long> copiesOf(StoredEvent birth) {
        List<Long> copies = new ArrayList<>();
        EventJournal.Reader reader = journal.reader();
        long last = Math.min(journal.lastJournalSeq(), birth.journalSeq() + MAX_BEHIND);
        for (long at = birth.journalSeq() + 1; at <= last; at++) {
            StoredEvent other = reader.read(at);
            boolean isCopy = other.topic().equals(COPIES + birth.topic())
                    && other.payload().equals(birth.payload());
            if (isCopy) {
                copies.add(at);
            }
        }
        return copies;
    }
}
