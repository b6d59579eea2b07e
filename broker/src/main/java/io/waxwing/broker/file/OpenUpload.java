package io.waxwing.broker.file;

import io.waxwing.http.file.SharedFiles.Range;
import io.waxwing.http.file.SharedFiles.State;
import io.waxwing.ledger.file.ChunkHashes;
import io.waxwing.ledger.hash.Hash;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** An upload that chunks come for. It stands open until it is sealed or given up, never both. Any thread. */
final class OpenUpload {
    private final FileMeta meta;
    private final Map<Integer, Hash> hashes;
    private final AtomicReference<Standing> standing;
    private final AtomicReference<Handed> handed = new AtomicReference<>(new Handed(0, false));

    private enum Phase {
        OPEN,
        SEALED,
        GIVEN_UP
    }

    private record Standing(Phase phase, long touchedMs) {}

    /** Of its event: attempts that were not answered, and whether the node has taken it for good. */
    private record Handed(int waiting, boolean taken) {}

    /** Sealed from the begin if its event is being published. */
    OpenUpload(FileMeta meta, Map<Integer, Hash> here, long nowMs) {
        this.meta = meta;
        this.hashes = new ConcurrentHashMap<>(here);
        this.standing = new AtomicReference<>(
                new Standing(meta.state() == State.PUBLISHING ? Phase.SEALED : Phase.OPEN, nowMs));
    }

    /** The same chunks under another description. */
    OpenUpload as(FileMeta other) {
        return new OpenUpload(other, hashes, touchedMs());
    }

    FileMeta meta() {
        return meta;
    }

    long touchedMs() {
        return standing().touchedMs();
    }

    /** Somebody goes on with it; nothing if it is not open any more. */
    void touch(long nowMs) {
        standing.updateAndGet(now -> now.phase() == Phase.OPEN ? new Standing(Phase.OPEN, nowMs) : now);
    }

    @Nullable Hash hash(int chunk) {
        return hashes.get(chunk);
    }

    boolean isSealed() {
        return standing().phase() == Phase.SEALED;
    }

    boolean isGivenUp() {
        return standing().phase() == Phase.GIVEN_UP;
    }

    private Standing standing() {
        return Objects.requireNonNull(standing.get());
    }

    private boolean leaves(Phase from, Phase to) {
        Standing now = standing();
        while (now.phase() == from) {
            if (standing.compareAndSet(now, new Standing(to, now.touchedMs()))) {
                return true;
            }
            now = standing();
        }
        return false;
    }

    /** From now on nothing changes until {@link #unseal}; false if it is not open. */
    boolean seal() {
        return leaves(Phase.OPEN, Phase.SEALED);
    }

    void unseal() {
        boolean unused = leaves(Phase.SEALED, Phase.OPEN);
    }

    /** From now on it takes nothing any more; false if it is sealed, or was given up. */
    boolean giveUp() {
        return leaves(Phase.OPEN, Phase.GIVEN_UP);
    }

    /** The same if nobody touched it since; a sealed one is then given up too. */
    boolean giveUpUntouched(long sinceMs) {
        Standing now = standing();
        return now.phase() != Phase.GIVEN_UP
                && now.touchedMs() <= sinceMs
                && standing.compareAndSet(now, new Standing(Phase.GIVEN_UP, now.touchedMs()));
    }

    /** Its event is handed to the node once more. */
    void handsOver() {
        handed.updateAndGet(now -> new Handed(now.waiting() + 1, now.taken()));
    }

    /** The node has the event on its disk: it will be on the ledger, whatever is said of other attempts. */
    void taken() {
        handed.updateAndGet(now -> new Handed(now.waiting(), true));
    }

    /** An attempt came to nothing; true if it was the last one and none was taken. */
    boolean isRefusedForGood() {
        Handed now = handed.updateAndGet(before -> new Handed(before.waiting() - 1, before.taken()));
        return now.waiting() <= 0 && !now.taken();
    }

    /**
     * A chunk is on the disk. Gives the hash whose bytes are not needed any more: of what it replaces or, when the
     * upload is not open any more, its own; null if there is none.
     */
    @Nullable Hash placed(int chunk, Hash hash) {
        Hash[] unneeded = new Hash[1];
        hashes.compute(chunk, (at, before) -> {
            if (standing().phase() != Phase.OPEN) {
                unneeded[0] = hash.equals(before) ? null : hash;
                return before;
            }
            unneeded[0] = hash.equals(before) ? null : before;
            return hash;
        });
        return unneeded[0];
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
