package io.waxwing.broker.file;

import io.waxwing.bus.failure.RefusedException;
import io.waxwing.http.file.SharedFiles.State;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.file.ChunkHashes;
import io.waxwing.ledger.hash.Hash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Hashes everything in the folder of files again: each chunk against its name, the names against the event's root. */
public final class FileCheck {
    private final Path root;
    private final List<String> problems = new ArrayList<>();

    /** {@code root} is the folder of files of a node that stands; it need not be there. */
    public FileCheck(Path root) {
        this.root = root;
    }

    /** One line for each fault. */
    public List<String> run() {
        if (Files.isDirectory(root)) {
            try (Stream<Path> folders = Files.list(root)) {
                folders.filter(Files::isDirectory).sorted().forEach(this::check);
            } catch (IOException e) {
                problems.add(root + " cannot be read: " + e.getMessage());
            }
        }
        return problems;
    }

    private void check(Path folder) {
        try {
            if (!Files.exists(folder.resolve(FileShelf.META))) {
                return;
            }
            FileMeta meta = FileMeta.decode(Files.readAllBytes(folder.resolve(FileShelf.META)));
            if (!meta.key().hex().equals(String.valueOf(folder.getFileName()))) {
                problems.add(folder + " has the description of another file");
                return;
            }
            check(folder, hashes(folder, meta));
        } catch (IOException | RefusedException | MalformedException e) {
            problems.add(folder + ": " + e.getMessage());
        }
    }

    private @Nullable ChunkHashes hashes(Path folder, FileMeta meta) throws IOException {
        Path file = folder.resolve(FileShelf.HASHES);
        if (meta.state() == State.OPEN || !Files.exists(file)) {
            return null;
        }
        ChunkHashes hashes = ChunkHashes.decode(Files.readAllBytes(file));
        if (!hashes.root().equals(meta.card().root())) {
            problems.add(file + " are not the hashes of the root that event " + meta.eventId() + " names");
            return null;
        }
        return hashes;
    }

    private void check(Path folder, @Nullable ChunkHashes hashes) throws IOException {
        try (Stream<Path> inside = Files.list(folder)) {
            for (Path file : inside.sorted().toList()) {
                Matcher name = FileShelf.CHUNK.matcher(
                        Objects.requireNonNull(file.getFileName()).toString());
                if (name.matches()) {
                    Hash named = Hash.fromHex(name.group(2));
                    int chunk = Integer.parseInt(name.group(1));
                    boolean proven = hashes == null
                            || (chunk < hashes.size() && hashes.get(chunk).equals(named));
                    if (!proven || !ChunkHashes.of(Files.readAllBytes(file)).equals(named)) {
                        problems.add(file + " is not the chunk that its name says");
                    }
                }
            }
        }
    }
}
