package io.waxwing.broker.erase;

import io.waxwing.broker.store.DeliveryIndex;
import io.waxwing.broker.store.EventJournal;
import io.waxwing.broker.store.OrderBlock;
import io.waxwing.broker.store.StoredEvent;
import io.waxwing.bus.event.Attributes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The copies of Sparkplug births below {@code $sparkplug/certificates/}, which this node publishes as soon as a birth
 * is delivered: what is erased of a birth is erased of its copy. A copy has the birth's position in its id, so it is
 * found also when the birth has no content any more.
 */
final class BirthCopies {
    private static final String BIRTHS = "spBv1.0/";
    private static final String COPIES = "$sparkplug/certificates/";
    private static final String ID = "birth-";
    /** A copy may wait for room for a while; so many events may come in between. */
    private static final int MAX_BEHIND = 1 << 16;

    private final EventJournal journal;
    private final DeliveryIndex index;

    BirthCopies(EventJournal journal, DeliveryIndex index) {
        this.journal = journal;
        this.index = index;
    }

    /** journalSeqs of the copies of those events that are births, as far as they have content. */
    List<Long> of(List<Long> journalSeqs) {
        return copies(
                journalSeqs,
                (birth, copy) -> !copy.expired() && isNamed(copy.attributes().get(Attributes.ID), birth));
    }

    /** The same of copies that have no content any more, whosever they were: files may still have it. */
    List<Long> gone(List<Long> journalSeqs) {
        return copies(journalSeqs, (birth, copy) -> copy.expired());
    }

    private List<Long> copies(List<Long> journalSeqs, BiPredicate<StoredEvent, StoredEvent> meant) {
        List<Long> copies = new ArrayList<>();
        EventJournal.Reader births = journal.reader();
        EventJournal.Reader others = journal.reader();
        for (long journalSeq : journalSeqs) {
            StoredEvent birth = births.read(journalSeq);
            boolean isBirth = birth.topic().startsWith(BIRTHS);
            long last = isBirth ? Math.min(journal.lastJournalSeq(), journalSeq + MAX_BEHIND) : 0;
            for (long at = journalSeq + 1; at <= last; at++) {
                StoredEvent other = others.read(at);
                if (other.topic().equals(COPIES + birth.topic()) && meant.test(birth, other)) {
                    copies.add(at);
                }
            }
        }
        return copies;
    }

    private boolean isNamed(@Nullable String id, StoredEvent birth) {
        if (id == null || !id.startsWith(ID)) {
            return false;
        }
        long position = Long.parseLong(id, ID.length(), id.length(), 10);
        OrderBlock block = index.orderBlockAt(position);
        return block != null && block.journalSeq(position) == birth.journalSeq();
    }
}
