package io.waxwing.broker.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** Files that are there whole, forced with the name they have, or not at all. Only their owner reads them. */
final class ForcedFiles {
    /** How the names of files begin that are not whole. */
    static final String HALF = "half-";

    private static final int TRIES = 100;
    private static final AtomicLong HALVES = new AtomicLong();

    private ForcedFiles() {}

    static void write(Path file, byte[] content) throws IOException {
        Path half = file.resolveSibling(HALF + HALVES.incrementAndGet());
        Files.deleteIfExists(half);
        var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        try {
            try (FileChannel channel =
                    FileChannel.open(half, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), owner)) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(half, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(half);
        }
        force(Objects.requireNonNull(file.getParent()));
    }

    private static void force(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** It stays away after a crash too. Nothing if it is not there. */
    static void delete(Path file) throws IOException {
        if (Files.deleteIfExists(file)) {
            force(Objects.requireNonNull(file.getParent()));
        }
    }

    /** Nothing if it is there. */
    static void createFolder(Path folder) throws IOException {
        var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
        try {
            Files.createDirectory(folder, owner);
            force(Objects.requireNonNull(folder.toAbsolutePath().getParent()));
        } catch (FileAlreadyExistsException there) {
            if (!Files.isDirectory(folder)) {
                throw there;
            }
        }
    }

    /** With the files in it; nothing if it is not there. */
    static void deleteFolder(Path folder) throws IOException {
        for (int tries = 1; Files.exists(folder); tries++) {
            deleteHalves(folder, "");
            try {
                Files.deleteIfExists(folder);
            } catch (DirectoryNotEmptyException written) {
                // Somebody was about to write into it, and will find that it is gone.
                if (tries == TRIES) {
                    throw written;
                }
            }
        }
        force(Objects.requireNonNull(folder.toAbsolutePath().getParent()));
    }

    /** Files in the folder whose names begin so. */
    static void deleteHalves(Path folder, String prefix) throws IOException {
        try (Stream<Path> inside = Files.list(folder)) {
            for (Path file : inside.toList()) {
                if (Objects.requireNonNull(file.getFileName()).toString().startsWith(prefix)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (NoSuchFileException gone) {
            return;
        }
    }
}
