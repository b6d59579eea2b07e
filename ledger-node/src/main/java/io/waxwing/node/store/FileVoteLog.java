package io.waxwing.node.store;

import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.simplex.VoteHistory;
import io.waxwing.ledger.simplex.VoteRecord;
import io.waxwing.ledger.spi.VoteLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The vote log as files beside the keys: {@code votes-<number>.log}, {@code history} (the ledger this key has voted
 * in), {@code lock}, and {@code condemned} ({@link Verdict}) if there is one. One frame per force, so that a crash
 * tears at most the last one:
 *
 * <pre>
 * segment = 64-byte header, frame*, zeros        frame = u32 length, u32 CRC32C(length || payload), payload
 * payload = u64 frame number, (u16 length, record)*         record = u8 type, body ({@link VoteRecord})
 * </pre>
 *
 * A segment is preallocated and begins with a frame that folds everything before it, so only the newest is read. One
 * thread.
 */
public final class FileVoteLog implements VoteLog {
    /** Preallocated size of a segment. */
    public static final long SEGMENT_BYTES = 64L * 1024 * 1024;

    private static final String HISTORY = "history";
    private static final String PREFIX = "votes-";
    private static final String SUFFIX = ".log";

    private final Path folder;
    private final Hash ledgerId;
    private final long segmentBytes;
    private final FolderLock lock;
    private final VoteHistory history = new VoteHistory();
    private final List<VoteRecord> pending = new ArrayList<>();
    private VoteSegment segment;

    private FileVoteLog(Path folder, Hash ledgerId, long segmentBytes, FolderLock lock) throws IOException {
        this.folder = folder;
        this.ledgerId = ledgerId;
        this.segmentBytes = segmentBytes;
        this.lock = lock;
        List<Path> segments = segments(folder);
        Path mark = folder.resolve(HISTORY);
        if (segments.isEmpty()) {
            if (Files.exists(mark)) {
                throw new LedgerFailure(
                        StoreCodes.VOTE_LOG_MISSING,
                        "the key in " + folder + " has voted before (" + mark + "), but its vote log is gone; "
                                + "voting again could contradict it");
            }
            this.segment = newSegment(1, 1, List.of());
            Durably.write(mark, ledgerId.hex() + "\n");
        } else {
            this.segment = VoteSegment.open(segments.get(segments.size() - 1), ledgerId, history::add);
        }
    }

    /**
     * Opens or creates the log of a key.
     *
     * @throws LedgerFailure WXW-3101 for another ledger's log, 3102 if it is missing though the key has voted, 3103 if
     *     it is damaged before its last frame, 3104 if another process has it, 3120 if the disk refuses
     */
    public static FileVoteLog open(Path folder, Hash ledgerId, long segmentBytes) {
        FolderLock lock = null;
        try {
            Files.createDirectories(folder);
            lock = FolderLock.take(folder);
            return new FileVoteLog(folder, ledgerId, segmentBytes, lock);
        } catch (IOException e) {
            closeQuietly(lock);
            throw refused(e);
        } catch (LedgerFailure e) {
            closeQuietly(lock);
            throw e;
        }
    }

    /**
     * Begins a new log in place of one that is missing or damaged; what is left of that is kept under other names. The
     * verdict that the key may not vote any more is on the disk first.
     *
     * @throws LedgerFailure WXW-3104 if another process has it, 3120 if the disk refuses
     */
    public static FileVoteLog beginCondemned(
            Path folder, Hash ledgerId, long segmentBytes, ByteString voteKey, String why) {
        FolderLock lock = null;
        try {
            lock = FolderLock.take(folder);
            Verdict.write(folder, voteKey, why);
            for (Path segment : segments(folder)) {
                Files.move(segment, folder.resolve("lost-" + segment.getFileName()), StandardCopyOption.ATOMIC_MOVE);
            }
            Files.deleteIfExists(folder.resolve(HISTORY));
            Durably.forceFolder(folder);
            return new FileVoteLog(folder, ledgerId, segmentBytes, lock);
        } catch (IOException e) {
            closeQuietly(lock);
            throw refused(e);
        } catch (LedgerFailure e) {
            closeQuietly(lock);
            throw e;
        }
    }

    /**
     * Marks a folder as that of a key which has voted in a ledger and whose log is not there: one that comes back from
     * a backup. {@link #open} refuses it with WXW-3102. Throws {@link LedgerFailure} WXW-3120 if the disk refuses.
     */
    public static void markLost(Path folder, Hash ledgerId) {
        try {
            Files.createDirectories(folder);
            Durably.write(folder.resolve(HISTORY), ledgerId.hex() + "\n");
        } catch (IOException e) {
            throw refused(e);
        }
    }

    @Override
    public void condemn(ByteString voteKey, String why) {
        try {
            Verdict.write(folder, voteKey, why);
        } catch (IOException e) {
            throw refused(e);
        }
    }

    @Override
    public String verdict(ByteString voteKey) {
        try {
            return Verdict.read(folder, voteKey);
        } catch (IOException e) {
            throw new LedgerFailure(
                    StoreCodes.VOTE_LOG_DAMAGED, "the verdict in " + folder + " is unreadable: " + e, e);
        }
    }

    /** True if a key in this folder has voted, in whatever state its log is. */
    public static boolean hasHistory(Path folder) {
        return Files.exists(folder.resolve(HISTORY));
    }

    @Override
    public VoteHistory history() {
        return history;
    }

    @Override
    public void append(VoteRecord record) {
        pending.add(record);
    }

    @Override
    public void force() {
        if (pending.isEmpty()) {
            return;
        }
        try {
            if (!segment.fits(pending)) {
                roll();
            }
            segment.write(pending);
        } catch (IOException e) {
            // As if nothing had been appended: the caller appends again when it tries again.
            pending.clear();
            throw refused(e);
        }
        pending.forEach(history::add);
        pending.clear();
    }

    @Override
    public void close() {
        try {
            segment.close();
        } catch (IOException e) {
            throw refused(e);
        } finally {
            closeQuietly(lock);
        }
    }

    private void roll() throws IOException {
        VoteSegment next = newSegment(segment.number() + 1, segment.nextFrame(), history.snapshot());
        segment.close();
        segment = next;
        List<Path> segments = segments(folder);
        // The one before stays as a spare for a human; older ones are folded into both.
        for (Path old : segments.subList(0, Math.max(0, segments.size() - 2))) {
            Files.delete(old);
        }
    }

    /** Whole before it has its name: a crash leaves either no new segment or one with its first frame. */
    private VoteSegment newSegment(long number, long firstFrame, List<VoteRecord> snapshot) throws IOException {
        Path name = folder.resolve(PREFIX + String.format("%010d", number) + SUFFIX);
        Path draft = folder.resolve("draft");
        VoteSegment.create(draft, ledgerId, number, segmentBytes)
                .writeFirst(firstFrame, snapshot)
                .close();
        Files.move(draft, name, StandardCopyOption.ATOMIC_MOVE);
        Durably.forceFolder(folder);
        return VoteSegment.open(name, ledgerId, record -> {});
    }

    private static List<Path> segments(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith(PREFIX))
                    .sorted()
                    .toList();
        }
    }

    private static LedgerFailure refused(IOException e) {
        return new LedgerFailure(StoreCodes.VOTE_LOG_WRITE, "the vote log cannot be written: " + e, e);
    }

    private static void closeQuietly(@Nullable FolderLock lock) {
        if (lock != null) {
            lock.close();
        }
    }
}
