package io.waxwing.broker.store;

import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.SessionMark;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The durable events by journalSeq. Appended by the journal thread only; read from anywhere through a {@link Reader}.
 */
public final class EventJournal {
    /** Bytes of {@link #identityKey}: the first half of SHA-256. */
    private static final int IDENTITY_BYTES = 16;

    private final ColumnStore store;
    private final ColumnStore.Writes writes = new ColumnStore.Writes();

    public EventJournal(ColumnStore store) {
        this.store = store;
    }

    /** journalSeq of the last durable event; 0 if there is none. */
    public long lastJournalSeq() {
        ColumnStore.Entry last = store.last(Column.EVENTS);
        if (last == null) {
            return 0;
        }
        EventBlock block = new EventBlock(Keys.sequence(last.key()), last.value());
        return block.firstJournalSeq() + block.count() - 1;
    }

    /** Adds the events to the write under way; journalSeqs are consecutive. */
    public void add(List<StoredEvent> events) {
        writes.put(Column.EVENTS, Keys.sequence(events.get(0).journalSeq()), EventBlock.encode(events));
    }

    /** Adds where the events of another node's batch are to the write under way. */
    public void addBatch(BatchRow batch) {
        writes.put(Column.BATCHES, batch.key(), batch.encode());
    }

    /** Adds the identity of an event to the write under way. */
    public void addIdentity(byte[] identityKey, long journalSeq, long fingerprint) {
        writes.put(Column.IDENTITIES, identityKey, identity(journalSeq, fingerprint));
    }

    private static byte[] identity(long journalSeq, long fingerprint) {
        return ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(journalSeq)
                .putLong(fingerprint)
                .array();
    }

    /** Adds the mark of the packet that an event came with to the write under way. */
    public void addMark(SessionMark mark, long journalSeq) {
        writes.put(Column.SESSIONS, SessionRows.key(mark), Keys.sequence(journalSeq));
    }

    /** The event that a session's packet brought; null if there is none, or the exchange is over. */
    public @Nullable Long findMark(SessionMark mark) {
        byte[] value = store.get(Column.SESSIONS, SessionRows.key(mark));
        return value == null ? null : Keys.sequence(value);
    }

    /** Adds a topic to the write under way. */
    public void addTopic(String topic, long audienceId, byte[] record) {
        writes.put(Column.TOPICS, TopicRecords.key(topic, audienceId), record);
    }

    /** Writes what was added and forces it to the disk: when this returns, it is durable. */
    public void commit() {
        try {
            store.write(writes, true);
        } finally {
            writes.clear();
        }
    }

    /** Forgets what was added since the last commit. */
    public void rollback() {
        writes.clear();
    }

    /** The key of an identity: the first half of SHA-256 over source, a zero byte and id. */
    public static byte[] identityKey(String source, String id) {
        byte[] digest = io.waxwing.ledger.hash.Sha256.digest(
                        (source + '\0' + id).getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .toBytes();
        return java.util.Arrays.copyOf(digest, IDENTITY_BYTES);
    }

    /** What was published under an identity, or null. */
    public @Nullable Identity findIdentity(byte[] identityKey) {
        byte[] value = store.get(Column.IDENTITIES, identityKey);
        return value == null ? null : identity(value);
    }

    static Identity identity(byte[] value) {
        ByteBuffer in = ByteBuffer.wrap(value);
        return new Identity(in.getLong(), in.getLong());
    }

    /** The same, but null for an event that is void: who publishes that again means a new one. */
    public @Nullable Identity findRepeated(byte[] identityKey) {
        Identity known = findIdentity(identityKey);
        byte[] mark = known == null ? null : store.get(Column.FINALS, Keys.sequence(known.journalSeq()));
        return mark != null && VoidBatches.isMark(mark) ? null : known;
    }

    /**
     * What was published under an identity.
     *
     * @param journalSeq where it is
     * @param fingerprint of topic, attributes and payload, to tell a repeat from another event under the same name
     */
    public record Identity(long journalSeq, long fingerprint) {
        /** Of an erased event, whose content nobody here can tell from another. */
        static final long ANY_CONTENT = 0;

        /** True if what has that fingerprint is no other event than this one, as far as is known. */
        public boolean mayBe(long other) {
            return fingerprint == other || fingerprint == ANY_CONTENT;
        }
    }

    /**
     * Takes away the content of events that are final and delivered. What was read before may still have it. Not
     * forced: a crash may bring it back, and who decided it decides again. One thread, which may be another than
     * journal's: blocks that journal has written it never writes again.
     *
     * @return bytes of content
     */
    public long expire(Collection<Long> journalSeqs) {
        ColumnStore.Writes changed = new ColumnStore.Writes();
        long bytes = rewrite(journalSeqs, changed, StoredEvent::withoutContent, event -> {});
        store.write(changed, false);
        return bytes;
    }

    /**
     * Takes away the content of events that were erased, and the fingerprints that repeats of them are told by. Forced.
     * The same thread as {@link #expire}, since both write blocks anew. Of an event whose content has expired nobody
     * knows the name: then all names are looked through.
     *
     * @return the keys of those fingerprints in {@link Column#IDENTITIES}
     */
    public List<byte[]> erase(Collection<Long> journalSeqs) {
        ColumnStore.Writes changed = new ColumnStore.Writes();
        Set<Long> nameless = new HashSet<>();
        long unused = rewrite(journalSeqs, changed, StoredEvent::erased, event -> {
            if (!event.expired()) {
                forgetContent(event, changed);
            } else if (!event.isErased()) {
                nameless.add(event.journalSeq());
            }
        });
        if (!nameless.isEmpty()) {
            forgetContents(nameless, changed);
        }
        store.write(changed, true);
        return changed.puts().stream()
                .filter(put -> put.column() == Column.IDENTITIES)
                .map(ColumnStore.Put::key)
                .toList();
    }

    /** The keys in {@link Column#EVENTS} of the blocks that hold these events. */
    public List<byte[]> blockKeys(Collection<Long> journalSeqs) {
        TreeSet<Long> first = new TreeSet<>();
        journalSeqs.forEach(journalSeq -> first.add(load(journalSeq).firstJournalSeq()));
        return first.stream().map(Keys::sequence).toList();
    }

    /** Whoever says an erased event again is told that it is there: the name stays taken, whatever he says. */
    private void forgetContent(StoredEvent event, ColumnStore.Writes changed) {
        String source = event.attributes().get(Attributes.SOURCE);
        String id = event.attributes().get(Attributes.ID);
        byte[] key = source == null || id == null ? null : identityKey(source, id);
        Identity known = key == null ? null : findIdentity(key);
        if (key != null && known != null && known.journalSeq() == event.journalSeq()) {
            changed.put(Column.IDENTITIES, key, identity(event.journalSeq(), Identity.ANY_CONTENT));
        }
    }

    private void forgetContents(Set<Long> journalSeqs, ColumnStore.Writes changed) {
        Columns.forEach(store, Column.IDENTITIES, entry -> {
            Identity known = identity(entry.value());
            if (known.fingerprint() != Identity.ANY_CONTENT && journalSeqs.contains(known.journalSeq())) {
                changed.put(Column.IDENTITIES, entry.key(), identity(known.journalSeq(), Identity.ANY_CONTENT));
            }
        });
    }

    private long rewrite(
            Collection<Long> journalSeqs,
            ColumnStore.Writes changed,
            UnaryOperator<StoredEvent> less,
            Consumer<StoredEvent> gone) {
        TreeSet<Long> left = new TreeSet<>(journalSeqs);
        long bytes = 0;
        while (!left.isEmpty()) {
            EventBlock block = load(left.first());
            List<StoredEvent> events = new ArrayList<>(block.count());
            for (long seq = block.firstJournalSeq(); block.holds(seq); seq++) {
                StoredEvent event = block.read(seq);
                boolean goes = left.remove(seq);
                bytes += goes ? event.contentBytes() : 0;
                if (goes) {
                    gone.accept(event);
                }
                events.add(goes ? less.apply(event) : event);
            }
            changed.put(Column.EVENTS, Keys.sequence(block.firstJournalSeq()), EventBlock.encode(events));
        }
        return bytes;
    }

    private EventBlock load(long journalSeq) {
        ColumnStore.Entry entry = store.floor(Column.EVENTS, Keys.sequence(journalSeq));
        if (entry != null) {
            EventBlock found = new EventBlock(Keys.sequence(entry.key()), entry.value());
            if (found.holds(journalSeq)) {
                return found;
            }
        }
        throw new RefusedException(FailureCode.POSITION_GONE, "journal event " + journalSeq + " is not here");
    }

    /** A reader with a block of its own; one thread at a time. */
    public Reader reader() {
        return new Reader();
    }

    /** Reads events by journalSeq; neighbours come from the block read last. */
    public final class Reader {
        private @Nullable EventBlock block;

        /** The event. @throws RefusedException WXW-1203 if it is not there, WXW-2104 if it is damaged */
        public StoredEvent read(long journalSeq) {
            EventBlock cached = block;
            if (cached == null || !cached.holds(journalSeq)) {
                cached = load(journalSeq);
                block = cached;
            }
            return cached.read(journalSeq);
        }

        /** Every event in {@code [from, to]} in order; missing ones are an error. */
        public void forEach(long from, long to, Consumer<StoredEvent> each) {
            for (long journalSeq = from; journalSeq <= to; journalSeq++) {
                each.accept(read(journalSeq));
            }
        }
    }
}
