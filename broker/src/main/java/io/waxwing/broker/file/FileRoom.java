package io.waxwing.broker.file;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;

/**
 * Whether a file of another node may come. Its declared size is reserved, and nobody has to keep what they announce: so
 * each institution but this one has a share of its own, and takes no room from the rest. Any thread.
 */
final class FileRoom {
    private final FileShelf shelf;
    private final FileLimits limits;
    private final FileAgent.Members members;
    private final int self;

    FileRoom(FileShelf shelf, FileLimits limits, FileAgent.Members members, int self) {
        this.shelf = shelf;
        this.limits = limits;
        this.members = members;
        this.self = self;
    }

    FileLimits limits() {
        return limits;
    }

    /** Throws WXW-1505 or WXW-1506 naming the setting. */
    void require(FileMeta meta) {
        long size = meta.card().layout().sizeBytes();
        if (size > limits.fileBytes()) {
            throw new RefusedException(
                    FailureCode.FILE_TOO_LARGE,
                    "a file of " + size + " bytes, files.maxFile is " + limits.fileBytes() + " here");
        }
        long bytes = shelf.bytes();
        if (size > limits.totalBytes() - bytes) {
            throw new RefusedException(
                    FailureCode.FILE_LIMIT,
                    "files have " + bytes + " bytes here and one of " + size + " is to come, files.maxTotal is "
                            + limits.totalBytes());
        }
        requireShare(size, members.institutionOf(meta.originId()));
    }

    private void requireShare(long size, String institution) {
        if (institution.equals(members.institutionOf(self))) {
            return;
        }
        long his = shelf.all().stream()
                .filter(meta -> institution.equals(members.institutionOf(meta.originId())))
                .mapToLong(meta -> meta.card().layout().sizeBytes())
                .sum();
        long share = share();
        if (size > share - his) {
            throw new RefusedException(
                    FailureCode.FILE_LIMIT,
                    "files of " + institution + " have " + his + " bytes here and one of " + size
                            + " is to come, its share is " + share + "; files.maxPerInstitution and files.maxTotal");
        }
    }

    private long share() {
        return limits.institutionBytes() > 0 ? limits.institutionBytes() : limits.totalBytes() / members.institutions();
    }
}
