package io.waxwing.broker.audit;

import io.waxwing.bus.audit.Act;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** The file, open for one writer. Not safe for several threads. */
final class AuditFile implements AutoCloseable {
    private final FileChannel channel;
    private long lines;
    private String head;

    private AuditFile(FileChannel channel, AuditReading.Found found) {
        this.channel = channel;
        this.lines = found.lines();
        this.head = found.head();
    }

    /**
     * Opens it, or makes it. The rest of a line that was never finished, of which nobody heard, is cut off, and the
     * next line says so.
     *
     * @param each is given all lines that are there
     * @throws RefusedException WXW-1230 naming the line that does not follow, WXW-2101, WXW-2103
     */
    static AuditFile open(Path file, Instant now, Consumer<AuditLine> each) {
        FileChannel channel = null;
        try {
            boolean isNew = !Files.exists(file);
            Files.createDirectories(file.toAbsolutePath().getParent());
            channel = FileChannel.open(
                    file,
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            lock(channel, file);
            AuditReading.Found found = AuditReading.read(file, (line, hash) -> each.accept(line));
            if (found.fault() != null) {
                throw new RefusedException(
                        FailureCode.AUDIT_DAMAGED,
                        file + ": " + found.fault() + "; keep it as evidence and move it away to begin another one");
            }
            AuditFile opened = new AuditFile(channel, found);
            channel.truncate(found.wholeBytes());
            channel.position(found.wholeBytes());
            if (isNew) {
                forceFolder(file);
            }
            if (found.tornBytes() > 0) {
                opened.append(
                        List.of(Act.done(
                                Act.NODE,
                                String.valueOf(file.getFileName()),
                                "log.heal",
                                found.tornBytes() + " bytes of a line that was never finished are cut off")),
                        now);
            }
            return opened;
        } catch (IOException e) {
            closeQuietly(channel);
            throw new RefusedException(FailureCode.STORAGE, file + ": " + e.getMessage());
        } catch (RefusedException e) {
            closeQuietly(channel);
            throw e;
        }
    }

    private static void lock(FileChannel channel, Path file) throws IOException {
        try {
            if (channel.tryLock() != null) {
                return;
            }
        } catch (OverlappingFileLockException here) {
            // Answered as below.
        }
        throw new RefusedException(FailureCode.DATA_LOCKED, file + " is written by another node");
    }

    private static void forceFolder(Path file) throws IOException {
        try (FileChannel folder = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    private static void closeQuietly(java.io.@org.jspecify.annotations.Nullable Closeable open) {
        try {
            if (open != null) {
                open.close();
            }
        } catch (IOException e) {
            // What failed before is told.
        }
    }

    /** Writes them in their order and forces them to the disk. After a failure nobody knows what is there. */
    void append(List<Act> acts, Instant now) throws IOException {
        StringBuilder text = new StringBuilder();
        long number = lines;
        String last = head;
        for (Act act : acts) {
            number++;
            String line = new AuditLine(number, now, act, last).text();
            last = AuditLine.hash(AuditLine.bytes(line));
            text.append(line).append('\n');
        }
        ByteBuffer bytes = ByteBuffer.wrap(AuditLine.bytes(text.toString()));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        channel.force(true);
        lines = number;
        head = last;
    }

    long lines() {
        return lines;
    }

    String head() {
        return head;
    }

    @Override
    public void close() {
        closeQuietly(channel);
    }
}
