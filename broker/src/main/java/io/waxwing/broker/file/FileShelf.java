package io.waxwing.broker.file;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.http.file.SharedFiles.State;
import io.waxwing.ledger.file.ChunkHashes;
import io.waxwing.ledger.hash.Hash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files in the folder {@code files} of a node: for each a folder named by its key, with {@code file.json}, the chunks'
 * {@code hashes} once they are known, and each chunk as {@code <number>-<hash>}. No name that anybody gave is part of a
 * path. What a method has written is forced when it returns; a crash leaves a chunk whole or not at all. Any thread.
 */
public final class FileShelf {
    /** The folder's name in the data folder. */
    public static final String FOLDER = "files";

    private static final Logger LOG = LoggerFactory.getLogger(FileShelf.class);
    static final String META = "file.json";
    static final String HASHES = "hashes";
    static final Pattern CHUNK = Pattern.compile("(0|[1-9][0-9]{0,8})-([0-9a-f]{64})");

    /** Of files that were read last. */
    private static final long REMEMBERED_HASHES = 1 << 19;

    private final Path root;
    private final Map<Hash, ChunkHashes> remembered = new ConcurrentHashMap<>();
    private final Map<Hash, FileMeta> files = new ConcurrentHashMap<>();

    /** Reads what is there; what a crash left half done goes. @throws RefusedException WXW-2101 */
    FileShelf(Path root) {
        this.root = root;
        try {
            ForcedFiles.createFolder(root);
            try (Stream<Path> folders = Files.list(root)) {
                for (Path folder : folders.filter(Files::isDirectory).toList()) {
                    load(folder);
                }
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private void load(Path folder) throws IOException {
        try {
            FileMeta meta = FileMeta.decode(Files.readAllBytes(folder.resolve(META)));
            if (folder.equals(folderOf(meta.key()))) {
                ForcedFiles.deleteHalves(folder, ForcedFiles.HALF);
                files.put(meta.key(), meta);
                return;
            }
            LOG.atWarn().addKeyValue("code", FailureCode.DATA_DAMAGED.text()).log("{} is no file's folder", folder);
        } catch (NoSuchFileException neverBegun) {
            ForcedFiles.deleteFolder(folder);
        } catch (RefusedException damaged) {
            LOG.atWarn()
                    .addKeyValue("code", damaged.refusal().code().text())
                    .log("{}: {}", folder, damaged.refusal().detail());
        }
    }

    private static RefusedException failed(IOException e) {
        return new RefusedException(FailureCode.STORAGE, "files: " + e);
    }

    private Path folderOf(Hash key) {
        return root.resolve(key.hex());
    }

    private static String chunkName(int chunk, Hash hash) {
        return chunk + "-" + hash.hex();
    }

    /** Null if it is not here. */
    @Nullable FileMeta get(Hash key) {
        return files.get(key);
    }

    /**
     * Whether it is here.
     *
     * @throws RefusedException WXW-1501 if another one is here by that name: the first one counts
     */
    boolean has(FileMeta meta) {
        FileMeta known = files.get(meta.key());
        if (known != null && !known.card().equals(meta.card())) {
            throw new RefusedException(
                    FailureCode.FILE_UNKNOWN, "another event of this topic had that file's id first");
        }
        return known != null;
    }

    /** All of them. */
    Collection<FileMeta> all() {
        return files.values();
    }

    /** Bytes of all files, as they will be when they are whole. */
    long bytes() {
        return files.values().stream()
                .mapToLong(meta -> meta.card().layout().sizeBytes())
                .sum();
    }

    long open() {
        return files.values().stream()
                .filter(meta -> meta.state() != State.SHARED)
                .count();
    }

    /** Writes it down, as a new file or in place of what was known. */
    void put(FileMeta meta) {
        try {
            Path folder = folderOf(meta.key());
            ForcedFiles.createFolder(folder);
            ForcedFiles.write(folder.resolve(META), meta.encode());
            files.put(meta.key(), meta);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** Takes it away with all that it has; false if it is not here. */
    boolean remove(Hash key) {
        boolean was = files.remove(key) != null;
        remembered.remove(key);
        try {
            ForcedFiles.deleteFolder(folderOf(key));
        } catch (IOException e) {
            throw failed(e);
        }
        return was;
    }

    void putHashes(Hash key, ChunkHashes hashes) {
        try {
            ForcedFiles.write(folderOf(key).resolve(HASHES), hashes.encode());
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** Null if they are not here, or are not those of the root. */
    @Nullable ChunkHashes hashes(FileMeta meta) {
        ChunkHashes known = remembered.get(meta.key());
        if (known == null) {
            known = readHashes(meta);
            if (known != null) {
                remember(meta.key(), known);
            }
        }
        return known;
    }

    private void remember(Hash key, ChunkHashes hashes) {
        long all = remembered.values().stream().mapToLong(ChunkHashes::size).sum();
        if (all + hashes.size() > REMEMBERED_HASHES) {
            remembered.clear();
        }
        remembered.put(key, hashes);
        if (!files.containsKey(key)) {
            remembered.remove(key);
        }
    }

    private @Nullable ChunkHashes readHashes(FileMeta meta) {
        try {
            Path file = folderOf(meta.key()).resolve(HASHES);
            if (Files.size(file) != (long) meta.card().layout().chunks() * Hash.LENGTH) {
                return null;
            }
            ChunkHashes hashes = ChunkHashes.decode(Files.readAllBytes(file));
            return hashes.root().equals(meta.card().root()) ? hashes : null;
        } catch (NoSuchFileException notHere) {
            return null;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** Takes a chunk of a file that is here; what is taken away meanwhile stays away. */
    void putChunk(Hash key, int chunk, Hash hash, byte[] bytes) {
        try {
            ForcedFiles.write(folderOf(key).resolve(chunkName(chunk, hash)), bytes);
            if (!files.containsKey(key)) {
                ForcedFiles.deleteFolder(folderOf(key));
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }

    void removeChunk(Hash key, int chunk, Hash hash) {
        try {
            ForcedFiles.delete(folderOf(key).resolve(chunkName(chunk, hash)));
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** Null if it is not here. One that is not what it was is taken away, so that it can be got again. */
    byte @Nullable [] chunk(Hash key, int chunk, Hash hash) {
        Path file = folderOf(key).resolve(chunkName(chunk, hash));
        try {
            byte[] bytes = Files.readAllBytes(file);
            if (ChunkHashes.of(bytes).equals(hash)) {
                return bytes;
            }
            LOG.atWarn()
                    .addKeyValue("code", FailureCode.DATA_DAMAGED.text())
                    .log("chunk {} of file {} is damaged on the disk and goes", chunk, key);
            Files.deleteIfExists(file);
            return null;
        } catch (NoSuchFileException notHere) {
            return null;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private record Found(int chunk, Hash hash) {}

    /** Chunks that are here, those whose number is there twice too. */
    private List<Found> found(Hash key) {
        List<Found> found = new ArrayList<>();
        try (Stream<Path> inside = Files.list(folderOf(key))) {
            inside.forEach(file -> {
                Matcher name =
                        CHUNK.matcher(Objects.requireNonNull(file.getFileName()).toString());
                if (name.matches()) {
                    found.add(new Found(Integer.parseInt(name.group(1)), Hash.fromHex(name.group(2))));
                }
            });
        } catch (NoSuchFileException notHere) {
            return List.of();
        } catch (IOException e) {
            throw failed(e);
        }
        return found;
    }

    /**
     * Hash by number of an upload's chunks, as the last stop left them; what is not needed goes. Once its hashes are
     * known, chunks are those that have them; before, of a number that is there twice neither is. Only while nobody
     * brings chunks.
     */
    Map<Integer, Hash> chunksAfterStop(FileMeta meta) {
        ChunkHashes known = meta.state() == State.OPEN ? null : hashes(meta);
        Map<Integer, Hash> left = new HashMap<>();
        Set<Integer> twice = new HashSet<>();
        List<Found> found = found(meta.key());
        for (Found each : found) {
            boolean wanted = known == null || proves(known, each);
            if (wanted && left.put(each.chunk(), each.hash()) != null) {
                twice.add(each.chunk());
            }
        }
        left.keySet().removeAll(twice);
        for (Found each : found) {
            if (!each.hash().equals(left.get(each.chunk()))) {
                removeChunk(meta.key(), each.chunk(), each.hash());
            }
        }
        return left;
    }

    private static boolean proves(ChunkHashes hashes, Found found) {
        return found.chunk() < hashes.size() && hashes.get(found.chunk()).equals(found.hash());
    }

    /** The same of a file whose hashes are here too; null if one of both is not. */
    byte @Nullable [] chunk(FileMeta meta, int chunk) {
        ChunkHashes hashes = has(meta) ? hashes(meta) : null;
        return hashes == null ? null : chunk(meta.key(), chunk, hashes.get(chunk));
    }

    /** Numbers of chunks that are here with these hashes. */
    BitSet here(Hash key, ChunkHashes hashes) {
        BitSet here = new BitSet();
        for (Found each : found(key)) {
            if (proves(hashes, each)) {
                here.set(each.chunk());
            }
        }
        return here;
    }
}
