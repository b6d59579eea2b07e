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
    // An upload is sealed and opened again by one at a time, and the others see what became of it.
    private final ReentrantLock sealing = new ReentrantLock();

    /** {@code originId} is this node's; {@code ids} makes 32 random hexadecimal digits. */
    Uploads(FileShelf shelf, FileLimits limits, int originId, LongSupplier clockMs, Supplier<String> ids) {
        this.shelf = shelf;
        this.limits = limits;
        this.originId = originId;
        this.clockMs = clockMs;
        this.ids = ids;
        for (FileMeta meta : shelf.all()) {
            if (meta.state() != State.SHARED) {
                OpenUpload resumed = new OpenUpload(meta, shelf.chunksAfterStop(meta), clockMs.getAsLong());
                // Whether the event was taken before the stop nobody knows: it may be.
                resumed.taken();
                open.put(meta.card().fileId(), resumed);
            }
        }
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
        List<FileMeta> mine = open.values().stream()
                .map(OpenUpload::meta)
                .filter(meta -> meta.by().equals(by))
                .toList();
        int his = mine.size();
        if (his >= limits.uploadsPerUser() || open.size() >= limits.uploads()) {
            throw new RefusedException(
                    FailureCode.FILE_LIMIT,
                    "there are " + open.size() + " uploads, " + his + " of them by '" + by
                            + "'; files.maxUploads and files.maxUploadsPerUser");
        }
        long hisBytes = mine.stream()
                .mapToLong(meta -> meta.card().layout().sizeBytes())
                .sum();
        if (wish.sizeBytes() > limits.uploadBytesPerUser() - hisBytes) {
            throw new RefusedException(
                    FailureCode.FILE_LIMIT,
                    "uploads of '" + by + "' are to have " + hisBytes + " bytes and " + wish.sizeBytes()
                            + " are to come, files.maxUploadBytesPerUser is " + limits.uploadBytesPerUser());
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
            throw shared(fileId) == null ? unknown() : published();
        }
        return upload;
    }

    private static RefusedException unknown() {
        return new RefusedException(FailureCode.FILE_UNKNOWN, "this node has no upload of that id");
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
        if (upload.isGivenUp()) {
            throw unknown();
        }
        if (upload.isSealed() && hash.equals(unneeded)) {
            throw published();
        }
    }

    boolean remove(String fileId) {
        OpenUpload upload = require(fileId);
        if (!upload.giveUp()) {
            throw upload.isSealed() ? published() : unknown();
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
        sealing.lock();
        try {
            OpenUpload upload = require(fileId);
            FileMeta sealed = upload.meta().state() == State.PUBLISHING ? upload.meta() : sealed(upload, root);
            requireRoot(sealed.card().root(), root);
            require(fileId).handsOver();
            return sealed;
        } finally {
            sealing.unlock();
        }
    }

    private FileMeta sealed(OpenUpload upload, @Nullable Hash root) {
        FileMeta meta = upload.meta();
        if (!upload.seal()) {
            throw unknown();
        }
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
            open.put(meta.card().fileId(), upload.as(sealed));
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

    /** Its event will be on the ledger. */
    void taken(String fileId) {
        OpenUpload upload = open.get(fileId);
        if (upload != null) {
            upload.taken();
        }
    }

    /** An attempt found no room: it may be published again, but does not change. */
    void notTaken(String fileId) {
        OpenUpload upload = open.get(fileId);
        if (upload != null) {
            boolean unused = upload.isRefusedForGood();
        }
    }

    /** Its event was refused: it may change again, unless another attempt was taken or is on its way. */
    void refused(String fileId) {
        sealing.lock();
        try {
            OpenUpload upload = open.get(fileId);
            if (upload != null && upload.isRefusedForGood() && upload.isSealed()) {
                FileMeta meta = upload.meta().with(State.OPEN, upload.meta().card());
                shelf.put(meta);
                open.put(fileId, upload.as(meta));
            }
        } finally {
            sealing.unlock();
        }
    }

    /** Its event is on the ledger. */
    void published(String fileId) {
        open.remove(fileId);
    }

    /** Gives up what nothing came for in a long time, unless {@code isKnown} says that its event is there. */
    int giveUpAbandoned(Predicate<FileMeta> isKnown) {
        long before = clockMs.getAsLong() - limits.abandonedMs();
        List<OpenUpload> due = new ArrayList<>(open.values());
        due.removeIf(each -> each.touchedMs() > before
                || (each.isSealed() && isKnown.test(each.meta()))
                || !each.giveUpUntouched(before));
        for (OpenUpload each : due) {
            open.remove(each.meta().card().fileId());
            boolean unused = shelf.remove(each.meta().key());
        }
        return due.size();
    }
}
