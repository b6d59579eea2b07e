package io.waxwing.broker.network;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.ledger.control.GenesisFile;
import io.waxwing.ledger.control.JoinFile;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Reads and writes the files of the ceremony. Every failure is a {@link RefusedException} that names the file. */
public final class NetworkFiles {
    private static final int MAX_CHAIN_BYTES = 64 << 20;

    private NetworkFiles() {}

    /** Reads a join file. Throws {@link LedgerFailure} WXW-3013 naming the file too. */
    public static JoinFile join(Path file) {
        ByteString bytes = read(file, JoinFile.MAX_BYTES);
        try {
            return JoinFile.parse(bytes);
        } catch (LedgerFailure e) {
            throw new LedgerFailure(e.code(), file + ": " + e.text(), e);
        }
    }

    /** Reads a genesis file. Throws {@link LedgerFailure} WXW-3014 or WXW-3141 naming the file too. */
    public static GenesisFile genesis(Path file) {
        ByteString bytes = read(file, GenesisFile.MAX_BYTES);
        try {
            return GenesisFile.parse(bytes);
        } catch (LedgerFailure e) {
            throw new LedgerFailure(e.code(), file + ": " + e.text(), e);
        }
    }

    /** Reads a trust chain, unchecked. */
    static ByteString chain(Path file) {
        return read(file, MAX_CHAIN_BYTES);
    }

    private static ByteString read(Path file, int maxBytes) {
        try (InputStream in = Files.newInputStream(file)) {
            // One more than allowed: the format's own rule then refuses it, whatever the size of the file.
            return ByteString.of(in.readNBytes(maxBytes + 1));
        } catch (NoSuchFileException e) {
            throw refused(file + " is missing");
        } catch (IOException e) {
            throw refused(file + " cannot be read: " + e.getMessage());
        }
    }

    /** Writes a file that is not there yet, and forces it. */
    public static void create(Path file, ByteString bytes) {
        try {
            write(file, bytes);
        } catch (FileAlreadyExistsException e) {
            throw refused(file + " is there already");
        } catch (IOException e) {
            throw refused(file + " cannot be written: " + e.getMessage());
        }
    }

    /** Puts the new content in the place of the old; a crash leaves one or the other. */
    public static void replace(Path file, ByteString bytes) {
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.deleteIfExists(beside);
            write(beside, bytes);
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw refused(file + " cannot be written: " + e.getMessage());
        }
    }

    /** Makes a folder with all above it. */
    static void createFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw refused(folder + " cannot be made: " + e.getMessage());
        }
    }

    private static void write(Path file, ByteString bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes.toBytes());
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
    }

    private static RefusedException refused(String text) {
        return new RefusedException(FailureCode.FILE, text);
    }
}
