package io.waxwing.node.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether a disk has room for another write. RocksDB refuses all writes for good once one has hit a full disk, until it
 * is opened again; so writing stops while there is still a reserve. Any thread.
 */
public final class FreeSpace {
    /** Left free for the files RocksDB writes by itself, such as flushes and compactions. */
    public static final long RESERVE_BYTES = 32L * 1024 * 1024;

    private final LongSupplier freeBytes;
    private final long reserveBytes;

    /** Free bytes from a supplier, as tests need it. */
    public FreeSpace(LongSupplier freeBytes, long reserveBytes) {
        this.freeBytes = freeBytes;
        this.reserveBytes = reserveBytes;
    }

    /** The disk that holds the folder, with {@link #RESERVE_BYTES}. */
    public static FreeSpace of(Path folder) {
        try {
            FileStore disk = Files.getFileStore(folder);
            return new FreeSpace(() -> usable(disk), RESERVE_BYTES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Null if there is room; else what an operator is told. */
    public @Nullable String shortage() {
        long free = freeBytes.getAsLong();
        return free >= reserveBytes
                ? null
                : "no space left: " + free / 1024 + " KiB are free, " + reserveBytes / 1024
                        + " KiB are kept in reserve";
    }

    private static long usable(FileStore disk) {
        try {
            return disk.getUsableSpace();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
