package io.waxwing.broker.config;

import io.waxwing.broker.file.FileLimits;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.ledger.file.FileLayout;
import java.time.Duration;

/** The settings {@code files.*}. */
final class FileItems {
    private FileItems() {}

    /** Throws {@link RefusedException} WXW-2001 or WXW-2002 naming what is wrong. */
    static FileLimits of(Settings settings) {
        long chunk = settings.size("files.chunk", FileLayout.MAX_CHUNK_BYTES);
        if (chunk < FileLayout.MIN_CHUNK_BYTES) {
            throw new RefusedException(
                    FailureCode.CONFIG_VALUE, "files.chunk: want at least " + FileLayout.MIN_CHUNK_BYTES + "B");
        }
        return new FileLimits(
                settings.size("files.maxFile", 1L << 38),
                settings.size("files.maxTotal", 1L << 50),
                settings.size("files.maxPerInstitution", 1L << 50),
                (int) chunk,
                (int) settings.number("files.maxUploads", 0, 100_000),
                (int) settings.number("files.maxUploadsPerUser", 0, 100_000),
                settings.size("files.maxUploadBytesPerUser", 1L << 50),
                settings.duration("files.abandoned").toMillis(),
                settings.size("files.eager", 1L << 38),
                (int) settings.number("files.parallel", 1, 100),
                settings.size("files.rate", 1L << 40),
                Math.max(
                        Duration.ofSeconds(1).toMillis(),
                        settings.duration("files.wait").toMillis()));
    }
}
