package io.waxwing.broker.file;

import io.waxwing.http.file.SharedFiles.Range;
import io.waxwing.ledger.file.ChunkHashes;
import io.waxwing.ledger.hash.Hash;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** An upload that chunks come for. Any thread. */
final class OpenUpload {
    private final FileMeta meta;
    private final Map<Integer, Hash> hashes;
    private volatile boolean sealed;
    private volatile long touchedMs;

    OpenUpload(FileMeta meta, Map<Integer, Hash> here, long nowMs) {
        this.meta = meta;
        this.hashes = new ConcurrentHashMap<>(here);
        this.touchedMs = nowMs;
    }

    FileMeta meta() {
        return meta;
    }

    long touchedMs() {
        return touchedMs;
    }

    void touch(long nowMs) {
        touchedMs = nowMs;
    }

    @Nullable Hash hash(int chunk) {
        return hashes.get(chunk);
    }

    boolean isSealed() {
        return sealed;
    }

    /**
     * A chunk is on the disk. Gives the hash whose bytes are not needed any more: of what it replaces or, when the
     * upload was sealed meanwhile, its own; null if there is none.
     */
    @Nullable Hash placed(int chunk, Hash hash) {
        Hash[] unneeded = new Hash[1];
        hashes.compute(chunk, (at, before) -> {
            if (sealed) {
                unneeded[0] = hash.equals(before) ? null : hash;
                return before;
            }
            unneeded[0] = hash.equals(before) ? null : before;
            return hash;
        });
        return unneeded[0];
    }

    /** From now on nothing changes until {@link #unseal}. */
    void seal() {
        sealed = true;
    }

    void unseal() {
        sealed = false;
    }

    /** Ranges of chunks that are missing. */
    List<Range> missing() {
        List<Range> missing = new ArrayList<>();
        int chunks = meta.card().layout().chunks();
        int from = -1;
        for (int chunk = 0; chunk <= chunks; chunk++) {
            boolean lacks = chunk < chunks && !hashes.containsKey(chunk);
            if (lacks && from < 0) {
                from = chunk;
            } else if (!lacks && from >= 0) {
                missing.add(new Range(from, chunk));
                from = -1;
            }
        }
        return missing;
    }

    /** Of all chunks; null if one is missing. Only while it is sealed. */
    @Nullable ChunkHashes all() {
        List<Hash> all = new ArrayList<>();
        for (int chunk = 0; chunk < meta.card().layout().chunks(); chunk++) {
            // Waits for a chunk that is being placed.
            Hash hash = hashes.computeIfPresent(chunk, (at, known) -> known);
            if (hash == null) {
                return null;
            }
            all.add(hash);
        }
        return new ChunkHashes(all);
    }
}
