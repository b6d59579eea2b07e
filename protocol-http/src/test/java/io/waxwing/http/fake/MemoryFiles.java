package io.waxwing.http.fake;

import io.waxwing.bus.event.Event;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.http.file.FileCardText;
import io.waxwing.http.file.SharedFiles;
import io.waxwing.ledger.file.ChunkHashes;
import io.waxwing.ledger.file.FileCard;
import io.waxwing.ledger.file.FileLayout;
import io.waxwing.ledger.hash.Hash;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Files in memory: uploads by number, and what tests say that events are of. */
public final class MemoryFiles implements SharedFiles {
    /** The eventId that the next publishing gets; null: it stays durable. */
    public volatile @Nullable EventId next = new EventId(7, 1, 1);

    /** Chunks that nobody has. */
    public final List<Integer> absent = new ArrayList<>();

    private final Map<String, Upload> uploads = new ConcurrentHashMap<>();
    private final Map<String, TreeMap<Integer, byte[]>> chunks = new ConcurrentHashMap<>();

    /** A file that is there, whole. */
    public FileCard keep(byte[] content, int chunkBytes) {
        FileLayout layout = new FileLayout(content.length, chunkBytes);
        TreeMap<Integer, byte[]> all = new TreeMap<>();
        for (int chunk = 0; chunk < layout.chunks(); chunk++) {
            int from = (int) layout.offsetOf(chunk);
            all.put(chunk, java.util.Arrays.copyOfRange(content, from, from + layout.lengthOf(chunk)));
        }
        String id = String.format("%032x", chunks.size() + 1);
        chunks.put(id, all);
        return new FileCard(id, "report.bin", layout, hashes(all).root(), "text/plain");
    }

    private static ChunkHashes hashes(TreeMap<Integer, byte[]> chunks) {
        return new ChunkHashes(chunks.values().stream().map(ChunkHashes::of).toList());
    }

    @Override
    public int maxChunkBytes() {
        return 1 << 20;
    }

    @Override
    public Upload open(Wish wish, String by) {
        String id = String.format("%032x", 1000 + uploads.size());
        FileLayout layout = new FileLayout(wish.sizeBytes(), wish.chunkBytes() == 0 ? 1024 : wish.chunkBytes());
        Hash root = wish.root() == null ? Hash.ZERO : wish.root();
        FileCard card = new FileCard(id, wish.name(), layout, root, wish.mediaType());
        chunks.put(id, new TreeMap<>());
        Upload made = new Upload(wish.topic(), card, by, State.OPEN, List.of(new Range(0, layout.chunks())), null);
        uploads.put(id, made);
        return made;
    }

    @Override
    public @Nullable Upload upload(String fileId) {
        return uploads.get(fileId);
    }

    @Override
    public void put(String fileId, int chunk, byte[] bytes) {
        if (chunk >= uploads.get(fileId).card().layout().chunks()) {
            throw new RefusedException(FailureCode.FILE_CHUNK, "no such chunk");
        }
        chunks.get(fileId).put(chunk, bytes);
    }

    /** What came for a chunk. */
    public byte[] chunk(String fileId, int chunk) {
        return chunks.get(fileId).get(chunk);
    }

    @Override
    public boolean remove(String fileId) {
        return uploads.remove(fileId) != null;
    }

    @Override
    public void publish(String fileId, @Nullable Hash root, Told told) {
        if (root != null && !root.equals(hashes(chunks.get(fileId)).root())) {
            throw new RefusedException(FailureCode.FILE_ROOT, "another root");
        }
        EventId eventId = next;
        told.durable();
        if (eventId != null) {
            told.ordered(eventId);
        }
    }

    @Override
    public @Nullable Shared find(Event event) {
        FileCard card = FileCardText.read(event.payload().bytes());
        return card == null
                ? null
                : new Shared(java.util.Objects.requireNonNull(event.eventId()), event.topic(), 1, 1, card, 1);
    }

    @Override
    public void hashes(Shared file, Taker taker) {
        taker.took(hashes(chunks.get(file.card().fileId())).encode());
    }

    @Override
    public void chunk(Shared file, int chunk, Taker taker) {
        if (absent.contains(chunk)) {
            taker.refused(new Refusal(FailureCode.FILE_ELSEWHERE, "nobody has it"));
        } else {
            taker.took(chunks.get(file.card().fileId()).get(chunk));
        }
    }
}
