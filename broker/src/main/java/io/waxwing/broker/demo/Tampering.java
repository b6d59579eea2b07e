package io.waxwing.broker.demo;

import io.waxwing.broker.store.Column;
import io.waxwing.broker.store.Database;
import io.waxwing.broker.store.DeliveryIndex;
import io.waxwing.broker.store.EventJournal;
import io.waxwing.broker.store.SegmentRecord;
import io.waxwing.broker.store.StoredEvent;
import io.waxwing.bus.event.EventId;
import io.waxwing.cli.CliFailure;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.leaf.LeafCodec;
import io.waxwing.ledger.leaf.SegmentLeaf;
import io.waxwing.node.store.RocksLedgerStore;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * Flips one bit of what a stopped node has stored about its newest event. Looks for the bytes instead of knowing their
 * place, so it says nothing about layouts.
 */
public final class Tampering implements AutoCloseable {
    /** Which copy of the truth is changed. */
    public enum Target {
        /** The event's content in the journal. */
        PAYLOAD,
        /** What the ledger says was committed to: the events' root in the SEGMENT leaf. */
        LEAF,
        /** The leaf's hash in a tile of the Merkle tree. */
        TILE
    }

    /**
     * What was changed.
     *
     * @param eventId the event whose proof is broken now
     * @param what for a human
     */
    record Done(EventId eventId, String what) {}

    private final Database database;
    private final RocksLedgerStore ledger;

    /**
     * Opens a database that no node has open.
     *
     * @throws io.waxwing.cli.CliFailure WXW-3185 if there is none
     * @throws io.waxwing.bus.failure.RefusedException if it cannot be opened
     */
    Tampering(Path folder) {
        if (!Files.exists(folder)) {
            throw nothing("its node never ran");
        }
        database = Database.open(folder, RocksLedgerStore.columnNames());
        ledger = new RocksLedgerStore(database.rocks(), database.foreign());
    }

    /** Flips the bit. @throws io.waxwing.cli.CliFailure WXW-3185 if no event is on the ledger here */
    Done flip(Target target) {
        Place place = newest();
        if (place == null) {
            throw nothing("no event is in its copy of the ledger");
        }
        return switch (target) {
            case PAYLOAD -> flipPayload(place);
            case LEAF -> flipLeaf(place);
            case TILE -> flipTile(place);
        };
    }

    private record Place(EventId eventId, SegmentRecord segment, SegmentLeaf leaf) {
        StoredEvent event(Database database) {
            long[] journalSeqs = segment.journalSeqs();
            return new EventJournal(database).reader().read(journalSeqs[journalSeqs.length - 1]);
        }
    }

    private @Nullable Place newest() {
        DeliveryIndex index = new DeliveryIndex(database);
        Place newest = null;
        try (RocksIterator segments = database.rocks().newIterator(database.handle(Column.SEGMENTS))) {
            for (segments.seekToFirst(); segments.isValid(); segments.next()) {
                ByteBuffer key = ByteBuffer.wrap(segments.key());
                int topicHash = key.getInt();
                long topicSeqFirst = key.getLong(segments.key().length - Long.BYTES);
                for (SegmentRecord segment : index.findSegments(topicHash, topicSeqFirst)) {
                    if (newest == null || segment.leafIndex() > newest.segment().leafIndex()) {
                        newest = place(topicHash, segment);
                    }
                }
            }
        }
        return newest;
    }

    private Place place(int topicHash, SegmentRecord segment) {
        byte[] stored = Objects.requireNonNull(ledger.leaf(segment.leafIndex()), "the index names a leaf");
        SegmentLeaf leaf = (SegmentLeaf) LeafCodec.decode(stored);
        return new Place(new EventId(topicHash, leaf.topicSeqLast(), leaf.height()), segment, leaf);
    }

    private Done flipPayload(Place place) {
        StoredEvent event = place.event(database);
        byte[] payload = event.payload().bytes();
        if (payload.length == 0) {
            throw DemoFault.NOTHING_STORED.because(
                    "the newest event has an empty payload", "publish something with a payload first");
        }
        change(database.handle(Column.EVENTS), payload);
        return new Done(place.eventId(), "the payload of event " + place.eventId() + " in its journal");
    }

    private Done flipLeaf(Place place) {
        change(ledgerColumn("leaves"), place.leaf().originPart().eventsRoot().toBytes());
        return new Done(
                place.eventId(),
                "leaf " + place.segment().leafIndex() + " of its copy of the ledger, the one of event "
                        + place.eventId());
    }

    private Done flipTile(Place place) {
        change(ledgerColumn("tiles"), Sha256.leafHash(place.leaf().encode()).toBytes());
        return new Done(
                place.eventId(),
                "the hash of leaf " + place.segment().leafIndex() + " in a tile of its Merkle tree, the one of event "
                        + place.eventId());
    }

    private ColumnFamilyHandle ledgerColumn(String name) {
        return Objects.requireNonNull(database.foreign().get("ledger." + name), name);
    }

    /** Flips the lowest bit of the last byte of the last place where the bytes stand. */
    private void change(ColumnFamilyHandle column, byte[] wanted) {
        try (RocksIterator values = database.rocks().newIterator(column)) {
            for (values.seekToLast(); values.isValid(); values.prev()) {
                byte[] value = values.value();
                int at = lastIndexOf(value, wanted);
                if (at >= 0) {
                    value[at + wanted.length - 1] ^= 1;
                    database.rocks().put(column, values.key(), value);
                    return;
                }
            }
        } catch (RocksDBException e) {
            throw DemoFault.RECORD.because("cannot change what is stored: " + e.getMessage(), null);
        }
        throw nothing("the bytes to change were not found");
    }

    private static CliFailure nothing(String why) {
        return DemoFault.NOTHING_STORED.because(why, "publish something first");
    }

    private static int lastIndexOf(byte[] value, byte[] wanted) {
        for (int at = value.length - wanted.length; at >= 0; at--) {
            if (Arrays.equals(value, at, at + wanted.length, wanted, 0, wanted.length)) {
                return at;
            }
        }
        return -1;
    }

    @Override
    public void close() {
        ledger.close();
        database.close();
    }
}
