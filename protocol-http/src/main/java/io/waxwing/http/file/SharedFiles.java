package io.waxwing.http.file;

import io.waxwing.bus.event.Event;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.ledger.file.FileCard;
import io.waxwing.ledger.file.FileLayout;
import io.waxwing.ledger.hash.Hash;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Files of this node. Methods read and write the disk: for pools, never for event loops. They throw
 * {@link io.waxwing.bus.failure.RefusedException}: WXW-1501 to WXW-1509, WXW-2101 if the disk fails. What was taken is
 * on the disk when they return.
 */
public interface SharedFiles {
    /**
     * What somebody wants to upload.
     *
     * @param chunkBytes 0: as the node likes
     * @param root what the chunks are to give; null: whatever they give
     */
    record Wish(
            String topic,
            String name,
            long sizeBytes,
            int chunkBytes,
            String mediaType,
            @Nullable Hash root) {}

    /** How far an upload is. */
    enum State {
        OPEN,
        /** Its event was handed over; whether it is on the ledger will be seen. */
        PUBLISHING,
        SHARED
    }

    /**
     * An upload.
     *
     * @param card root zero while it is not known
     * @param by who made it; empty while the node asks for nobody
     * @param missing half-open ranges of chunks, in their order
     * @param eventId null before it has one
     */
    record Upload(
            String topic,
            FileCard card,
            String by,
            State state,
            List<Range> missing,
            @Nullable EventId eventId) {
        public Upload {
            missing = List.copyOf(missing);
        }
    }

    /** Chunks {@code [from, to)}. */
    record Range(int from, int to) {}

    /**
     * The file of an event.
     *
     * @param originId the node that published it
     * @param audienceId whose members may have it
     * @param chunksHere chunks that this node has
     */
    record Shared(EventId eventId, String topic, int originId, long audienceId, FileCard card, int chunksHere) {
        /** Size and chunks. */
        public FileLayout layout() {
            return card.layout();
        }
    }

    /** What is asked of files: at most so many bytes in a chunk. */
    int maxChunkBytes();

    /** Makes an upload, or gives the one that the same user has begun for the same: topic, name, size and root. */
    Upload open(Wish wish, String by);

    /** Null if there is none. */
    @Nullable Upload upload(String fileId);

    /** Takes a chunk; one that is there already is replaced. */
    void put(String fileId, int chunk, byte[] bytes);

    /** Gives an upload up; false if there is none. */
    boolean remove(String fileId);

    /**
     * Publishes the event of an upload whose chunks are all there, once: asked again, it tells what became of it.
     *
     * @param root what the chunks must give; null: whatever they give
     */
    void publish(String fileId, @Nullable Hash root, Told told);

    /** Hears what becomes of the event, on any thread; must not wait. */
    interface Told {
        /** It is on the disk and will be on the ledger. */
        void durable();

        void ordered(EventId eventId);

        void refused(Refusal refusal);
    }

    /** The file of that event; null if the event is none of a file. */
    @Nullable Shared find(Event event);

    /** Its chunks' hashes, 32 bytes each, in their order; they give the event's root. */
    void hashes(Shared file, Taker taker);

    /** One chunk, which has its hash. Chunks that are not here are got from other members of the audience. */
    void chunk(Shared file, int chunk, Taker taker);

    /** Takes what was asked for, on any thread, once; must not wait. */
    interface Taker {
        void took(byte[] bytes);

        /** WXW-1508 if nobody gave it in time, WXW-1505 and WXW-1506 if this node does not take the file. */
        void refused(Refusal refusal);
    }
}
