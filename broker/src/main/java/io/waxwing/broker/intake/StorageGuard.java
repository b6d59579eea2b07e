package io.waxwing.broker.intake;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Stops writing before the disk is full, because a store that met a full disk in the middle of its own work needs more
 * room than it has to recover. Asked by journal before each group; its state is read by health and metrics.
 */
public final class StorageGuard {
    private final FreeSpace freeSpace;
    private final long reserveBytes;
    private volatile @Nullable String failure;
    // Only a lack of space ends by itself; after any other failure a write has to succeed first.
    private volatile boolean forSpace;

    /** Bytes the file system has left. */
    @FunctionalInterface
    public interface FreeSpace {
        long bytes() throws IOException;
    }

    public StorageGuard(FreeSpace freeSpace, long reserveBytes) {
        this.freeSpace = freeSpace;
        this.reserveBytes = reserveBytes;
    }

    /** Throws if writing {@code bytes} would leave less than the reserve. @throws RefusedException WXW-2101 */
    void requireRoom(long bytes) {
        long free;
        try {
            free = freeSpace.bytes();
        } catch (IOException e) {
            throw new RefusedException(FailureCode.STORAGE, "cannot tell the free space: " + e.getMessage());
        }
        forSpace = free - bytes < reserveBytes;
        if (forSpace) {
            throw new RefusedException(
                    FailureCode.STORAGE,
                    "disk is full: " + free + " bytes free, " + reserveBytes + " are kept in reserve (store.reserve)");
        }
    }

    void wrote() {
        failure = null;
    }

    /** Remembers why; true if it was well before. */
    boolean failed(String why) {
        boolean wasWell = failure == null;
        failure = why;
        return wasWell;
    }

    /** Why the last write failed; null if it did not, or if there is room again. */
    public @Nullable String failure() {
        String why = failure;
        if (why == null) {
            return null;
        }
        try {
            // Somebody who watches readiness must learn that space is back, even if nobody dares to publish.
            if (forSpace && freeSpace.bytes() > reserveBytes) {
                failure = null;
            }
        } catch (IOException e) {
            return "cannot tell the free space: " + e.getMessage();
        }
        return failure;
    }
}
