package io.waxwing.ledger.dispute;

import io.waxwing.ledger.batch.CarriedBatch;
import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.leaf.EraseLeaf;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Events of one batch that the ledger has erased: each by its segment (0 is the one behind the BATCH leaf) and its
 * position in it. Bytes: u32 count || (u32 segment, u32 position)*, rising. Immutable.
 */
public final class ErasedEvents {
    public static final ErasedEvents NONE = new ErasedEvents(new TreeSet<>());

    private final SortedSet<Place> places;

    private record Place(long segment, long position) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int first = Long.compare(segment, other.segment);
            return first != 0 ? first : Long.compare(position, other.position);
        }
    }

    private ErasedEvents(SortedSet<Place> places) {
        this.places = Collections.unmodifiableSortedSet(places);
    }

    /** With one more, of the batch whose BATCH leaf is at that index. */
    public ErasedEvents with(EraseLeaf leaf, long batchLeafIndex) {
        return with(leaf.targetLeafIndex() - batchLeafIndex - 1, leaf.position());
    }

    /** With one more. */
    public ErasedEvents with(long segment, long position) {
        SortedSet<Place> more = new TreeSet<>(places);
        more.add(new Place(segment, position));
        return new ErasedEvents(more);
    }

    /** True if that leaf is about an event of a batch with so many segments at that index. */
    public static boolean concerns(EraseLeaf leaf, long batchLeafIndex, long segments) {
        long segment = leaf.targetLeafIndex() - batchLeafIndex - 1;
        return segment >= 0 && segment < segments;
    }

    public boolean contains(int segment, int position) {
        return places.contains(new Place(segment, position));
    }

    public boolean isEmpty() {
        return places.isEmpty();
    }

    /** True if the batch lacks the content of no other events than these. */
    public boolean cover(CarriedBatch batch) {
        int at = 0;
        for (int segment = 0; segment < batch.runs().size(); segment++) {
            int count = batch.runs().get(segment).count();
            for (int position = 0; position < count; position++) {
                if (batch.events().get(at).isErased() && !contains(segment, position)) {
                    return false;
                }
                at++;
            }
        }
        return true;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ErasedEvents that && places.equals(that.places);
    }

    @Override
    public int hashCode() {
        return places.hashCode();
    }

    void writeTo(ByteWriter out) {
        out.u32(places.size());
        places.forEach(place -> out.u32(place.segment()).u32(place.position()));
    }

    static ErasedEvents readFrom(ByteReader in) {
        SortedSet<Place> places = new TreeSet<>();
        for (long left = in.u32(); left > 0; left--) {
            places.add(new Place(in.u32(), in.u32()));
        }
        return new ErasedEvents(places);
    }
}
