package io.waxwing.broker.file;

/**
 * Bounds of files; see {@code files.*} in the configuration.
 *
 * @param fileBytes of one file
 * @param totalBytes of all files of the node, as they will be when they are whole
 * @param institutionBytes of all files that one other institution published; 0: an even share of {@code totalBytes}
 * @param chunkBytes of files whose sender does not say
 * @param uploads that are not published, of the node
 * @param uploadsPerUser of one user
 * @param uploadBytesPerUser of all uploads of one user that are not published
 * @param abandonedMs after which an upload that nothing came for is given up
 * @param eagerBytes files up to this size are got from other members when their event comes; larger ones when somebody
 *     asks
 * @param parallel files that are got at a time without being asked for
 * @param bytesPerSecond what is got from other members; 0: as much as there is
 * @param waitMs longest wait for a chunk that somebody asked for
 */
public record FileLimits(
        long fileBytes,
        long totalBytes,
        long institutionBytes,
        int chunkBytes,
        int uploads,
        int uploadsPerUser,
        long uploadBytesPerUser,
        long abandonedMs,
        long eagerBytes,
        int parallel,
        long bytesPerSecond,
        long waitMs) {}
