package io.waxwing.broker.backup;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.ledger.hash.Hash;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Folders with all that is below them. What is made here only its owner reads. */
final class FileTree {
    private static final int CHUNK_BYTES = 1 << 16;

    private FileTree() {}

    /** True if nothing is there, or an empty folder. */
    static boolean isFree(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return true;
        }
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (Stream<Path> inside = Files.list(folder)) {
            return inside.findAny().isEmpty();
        }
    }

    /** Throws WXW-2111 unless {@link #isFree}. */
    static void requireFree(Path folder) throws IOException {
        if (!isFree(folder)) {
            throw new RefusedException(
                    FailureCode.FOLDER_IN_USE, folder + " is not empty; name a folder that is not there yet");
        }
    }

    static Path create(Path folder) throws IOException {
        Path parent = folder.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        return Files.createDirectory(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    /** A folder beside that one, which becomes it when it is whole. What a broken try left there is taken away. */
    static Path beside(Path folder) throws IOException {
        Path whole = folder.toAbsolutePath().normalize();
        Path part = whole.resolveSibling(whole.getFileName() + ".part");
        delete(part);
        return create(part);
    }

    /** A folder that is whole takes its name. */
    static void become(Path part, Path folder) throws IOException {
        Files.deleteIfExists(folder);
        Files.move(part, folder, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Moves a folder, to another file system if need be. */
    static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException elsewhere) {
            create(to);
            for (var file : files(from).entrySet()) {
                copy(file.getValue(), to.resolve(file.getKey()));
            }
            delete(from);
        }
    }

    /** The files below, by their names relative to the folder with slashes. Links are not followed and not named. */
    static SortedMap<String, Path> files(Path folder) throws IOException {
        SortedMap<String, Path> files = new TreeMap<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile()) {
                    String separator = file.getFileSystem().getSeparator();
                    files.put(folder.relativize(file).toString().replace(separator, "/"), file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failed) throws IOException {
                // It was there when its folder was read, and went.
                if (failed instanceof NoSuchFileException && !file.equals(folder)) {
                    return FileVisitResult.CONTINUE;
                }
                throw failed;
            }
        });
        return files;
    }

    /** Copies a file, forced, with the folders above it; gives the hash and size of what was copied. */
    static BackupManifest.Content copy(Path from, Path to) throws IOException {
        Path parent = to.getParent();
        if (parent != null && !Files.isDirectory(parent)) {
            Files.createDirectories(
                    parent, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        Files.createFile(to, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        BackupManifest.Content content;
        try (OutputStream out = Files.newOutputStream(to, StandardOpenOption.WRITE)) {
            content = read(from, out);
        }
        force(to);
        return content;
    }

    static BackupManifest.Content hash(Path file) throws IOException {
        return read(file, OutputStream.nullOutputStream());
    }

    static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    private static BackupManifest.Content read(Path file, OutputStream out) throws IOException {
        MessageDigest sha256 = sha256();
        long bytes = 0;
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            byte[] chunk = new byte[CHUNK_BYTES];
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                sha256.update(chunk, 0, read);
                out.write(chunk, 0, read);
                bytes += read;
            }
        }
        return new BackupManifest.Content(Hash.of(sha256.digest()), bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    /** Deletes a folder with all that is in it; nothing if it is not there. */
    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(
                    Path emptied, @org.jspecify.annotations.Nullable IOException failed) throws IOException {
                if (failed != null) {
                    throw failed;
                }
                Files.delete(emptied);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
