package io.waxwing.broker.file;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.http.file.SharedFiles.Range;
import io.waxwing.http.file.SharedFiles.State;
import io.waxwing.http.file.SharedFiles.Upload;
import io.waxwing.http.file.SharedFiles.Wish;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.file.ChunkHashes;
import io.waxwing.ledger.file.FileCard;
import io.waxwing.ledger.file.FileLayout;
import io.waxwing.ledger.hash.Hash;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Files on their way from publishers, up to the event that makes them known. Any thread that may wait for the disk. */
final class Uploads {
    private final FileShelf shelf;
    private final FileLimits limits;
    private final int originId;
    private final LongSupplier clockMs;
    private final Supplier<String> ids;
    private final Map<String, OpenUpload> open = new ConcurrentHashMap<>();
    // Room is looked for and taken by one at a time.
    private final ReentrantLock room = new ReentrantLock();

    /** {@code originId} is this node's; {@code ids} makes 32 random hexadecimal digits. */
    Uploads(FileShelf shelf, FileLimits limits, int originId, LongSupplier clockMs, Supplier<String> ids) {
        this.shelf = shelf;
        this.limits = limits;
        this.originId = originId;
        this.clockMs = clockMs;
        this.ids = ids;
        for (FileMeta meta : shelf.all()) {
            if (meta.state() != State.SHARED) {
                resume(meta);
            }
        }
    }

    private void resume(FileMeta meta) {
        OpenUpload resumed = new OpenUpload(meta, shelf.chunks(meta.key()), clockMs.getAsLong());
        if (meta.state() == State.PUBLISHING) {
            resumed.seal();
        }
        open.put(meta.card().fileId(), resumed);
    }

    int size() {
        return open.size();
    }

    Upload begin(Wish wish, String by) {
        FileLayout layout = layout(wish);
        room.lock();
        try {
            OpenUpload same = same(wish, by);
            if (same != null) {
                return shown(same);
            }
            requireRoom(wish, by);
            FileMeta meta = new FileMeta(
                    wish.topic(), originId, 0, card(wish, layout), State.OPEN, by, clockMs.getAsLong(), null);
            shelf.put(meta);
            OpenUpload made = new OpenUpload(meta, Map.of(), meta.createdMs());
            open.put(meta.card().fileId(), made);
            return shown(made);
        } finally {
            room.unlock();
        }
    }

    private FileLayout layout(Wish wish) {
        if (wish.sizeBytes() > limits.fileBytes()) {
            throw new RefusedException(
                    FailureCode.FILE_TOO_LARGE,
                    "a file of " + wish.sizeBytes() + " bytes, files.maxFile is " + limits.fileBytes());
        }
        try {
            return new FileLayout(wish.sizeBytes(), wish.chunkBytes() == 0 ? limits.chunkBytes() : wish.chunkBytes());
        } catch (MalformedException e) {
            throw new RefusedException(FailureCode.PARAMETER, String.valueOf(e.getMessage()));
        }
    }

    private FileCard card(Wish wish, FileLayout layout) {
        try {
            return new FileCard(
                    ids.get(), wish.name(), layout, wish.root() == null ? Hash.ZERO : wish.root(), wish.mediaType());
        } catch (MalformedException e) {
            throw new RefusedException(FailureCode.PARAMETER, String.valueOf(e.getMessage()));
        }
    }

    /** Without a root nobody can know that it is the same file. */
    private @Nullable OpenUpload same(Wish wish, String by) {
        for (OpenUpload each : open.values()) {
            FileMeta meta = each.meta();
            boolean same = meta.by().equals(by)
                    && meta.topic().equals(wish.topic())
                    && meta.card().name().equals(wish.name())
                    && meta.card().layout().sizeBytes() == wish.sizeBytes()
                    && (wish.chunkBytes() == 0 || meta.card().layout().chunkBytes() == wish.chunkBytes())
                    && meta.card().root().equals(wish.root());
            if (same) {
                return each;
            }
        }
        return null;
    }

    private void requireRoom(Wish wish, String by) {
        long his = open.values().stream()
                .filter(each -> each.meta().by().equals(by))
                .count();
        if (his >= limits.uploadsPerUser() || open.size() >= limits.uploads()) {
            throw new RefusedException(
                    FailureCode.FILE_LIMIT,
                    "there are " + open.size() + " uploads, " + his + " of them by '" + by
                            + "'; files.maxUploads and files.maxUploadsPerUser");
        }
        requireBytes(wish.sizeBytes());
    }

    /** Throws WXW-1506 if files may not have so many bytes more. */
    void requireBytes(long more) {
        long bytes = shelf.bytes();
        if (more > limits.totalBytes() - bytes) {
            throw new RefusedException(
                    FailureCode.FILE_LIMIT,
                    "files have " + bytes + " bytes and " + more + " are to come, files.maxTotal is "
                            + limits.totalBytes());
        }
    }

    /** Null if there is none. */
    @Nullable Upload shown(String fileId) {
        OpenUpload upload = open.get(fileId);
        if (upload != null) {
            return shown(upload);
        }
        FileMeta meta = shared(fileId);
        return meta == null
                ? null
                : new Upload(meta.topic(), meta.card(), meta.by(), State.SHARED, List.of(), meta.eventId());
    }

    /** One that was an upload here, after its event; null if there is none. */
    private @Nullable FileMeta shared(String fileId) {
        return shelf.all().stream()
                .filter(meta ->
                        meta.originId() == originId && meta.card().fileId().equals(fileId))
                .findAny()
                .orElse(null);
    }

    private static Upload shown(OpenUpload upload) {
        FileMeta meta = upload.meta();
        List<Range> missing = upload.missing();
        State state = upload.isSealed() ? State.PUBLISHING : State.OPEN;
        return new Upload(meta.topic(), meta.card(), meta.by(), state, missing, null);
    }

    private OpenUpload require(String fileId) {
        OpenUpload upload = open.get(fileId);
        if (upload == null) {
            throw shared(fileId) == null
                    ? new RefusedException(FailureCode.FILE_UNKNOWN, "this node has no upload of that id")
                    : published();
        }
        return upload;
    }

    private static RefusedException published() {
        return new RefusedException(FailureCode.FILE_PUBLISHED, "its event is on its way or on the ledger");
    }

    void put(String fileId, int chunk, byte[] bytes) {
        OpenUpload upload = require(fileId);
        FileLayout layout = upload.meta().card().layout();
        if (upload.isSealed()) {
            throw published();
        }
        if (!layout.has(chunk) || bytes.length != layout.lengthOf(chunk)) {
            throw new RefusedException(
                    FailureCode.FILE_CHUNK,
                    "chunk " + chunk + " of " + bytes.length + " bytes, want "
                            + (layout.has(chunk)
                                    ? layout.lengthOf(chunk) + " bytes"
                                    : "one of the " + layout.chunks() + " chunks"));
        }
        upload.touch(clockMs.getAsLong());
        Hash hash = ChunkHashes.of(bytes);
        if (hash.equals(upload.hash(chunk))) {
            return;
        }
        Hash key = upload.meta().key();
        shelf.putChunk(key, chunk, hash, bytes);
        Hash unneeded = upload.placed(chunk, hash);
        if (unneeded != null) {
            shelf.removeChunk(key, chunk, unneeded);
        }
        if (upload.isSealed() && hash.equals(unneeded)) {
            throw published();
        }
    }

    boolean remove(String fileId) {
        OpenUpload upload = require(fileId);
        if (upload.isSealed()) {
            throw published();
        }
        open.remove(fileId);
        return shelf.remove(upload.meta().key());
    }

    /**
     * What is to be published; from now on it does not change.
     *
     * @throws RefusedException WXW-1503 if chunks are missing, WXW-1504 if they give another root
     */
    FileMeta seal(String fileId, @Nullable Hash root) {
        OpenUpload upload = require(fileId);
        FileMeta meta = upload.meta();
        if (meta.state() == State.PUBLISHING) {
            return meta;
        }
        upload.seal();
        try {
            ChunkHashes hashes = upload.all();
            if (hashes == null) {
                List<Range> missing = upload.missing();
                throw new RefusedException(
                        FailureCode.FILE_INCOMPLETE,
                        missing.size() + " ranges of chunks are missing, the first is ["
                                + missing.get(0).from() + ", " + missing.get(0).to() + ")");
            }
            Hash given = hashes.root();
            requireRoot(given, root);
            requireRoot(
                    given,
                    meta.card().root().equals(Hash.ZERO) ? null : meta.card().root());
            shelf.putHashes(meta.key(), hashes);
            FileMeta sealed = meta.with(State.PUBLISHING, meta.card().with(given));
            shelf.put(sealed);
            resume(sealed);
            return sealed;
        } catch (RefusedException e) {
            upload.unseal();
            throw e;
        }
    }

    private static void requireRoot(Hash given, @Nullable Hash wanted) {
        if (wanted != null && !wanted.equals(given)) {
            throw new RefusedException(
                    FailureCode.FILE_ROOT, "the chunks give " + given.hex() + ", want " + wanted.hex());
        }
    }

    /** Its event was refused: it may change again. */
    void reopen(FileMeta sealed) {
        FileMeta meta = sealed.with(State.OPEN, sealed.card());
        shelf.put(meta);
        resume(meta);
    }

    /** Its event is on the ledger. */
    void published(String fileId) {
        open.remove(fileId);
    }

    /** Gives up what nothing came for in a long time, unless {@code isKnown} says that its event is there. */
    int giveUpAbandoned(Predicate<FileMeta> isKnown) {
        long before = clockMs.getAsLong() - limits.abandonedMs();
        List<OpenUpload> due = new ArrayList<>(open.values());
        due.removeIf(each -> each.touchedMs() > before || (each.isSealed() && isKnown.test(each.meta())));
        for (OpenUpload each : due) {
            open.remove(each.meta().card().fileId());
            boolean unused = shelf.remove(each.meta().key());
        }
        return due.size();
    }
}
