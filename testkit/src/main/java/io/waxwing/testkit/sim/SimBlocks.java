package io.waxwing.testkit.sim;

import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.simplex.Effects.FinalBlock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One node's block store with one write-ahead log, like RocksDB: a forced write makes everything before it safe, a
 * power failure keeps any beginning of the rest. Bodies of blocks that are not final, and the final blocks in order.
 * One thread.
 */
public final class SimBlocks {
    private final Map<Hash, Block> bodies = new LinkedHashMap<>();
    private final List<FinalBlock> applied = new ArrayList<>();
    // Writes not safe yet, oldest first: a body, or a final block.
    private final List<Object> unforced = new ArrayList<>();

    public void store(Block block) {
        unforced.add(block);
        bodies.put(block.blockId(), block);
    }

    public void apply(FinalBlock block) {
        unforced.add(block);
        applied.add(block);
    }

    public void force() {
        unforced.clear();
    }

    /** Final blocks, lowest first. */
    public List<FinalBlock> applied() {
        return applied;
    }

    public @Nullable FinalBlock lastApplied() {
        return applied.isEmpty() ? null : applied.get(applied.size() - 1);
    }

    /** A block by its id, final or not. */
    public @Nullable Block find(Hash blockId) {
        Block body = bodies.get(blockId);
        if (body != null) {
            return body;
        }
        for (int i = applied.size() - 1; i >= 0; i--) {
            if (applied.get(i).block().blockId().equals(blockId)) {
                return applied.get(i).block();
            }
        }
        return null;
    }

    public void losePower(Chance chance) {
        int kept = chance.below(unforced.size() + 1);
        for (int i = unforced.size() - 1; i >= kept; i--) {
            Object lost = unforced.get(i);
            if (lost instanceof Block block) {
                bodies.remove(block.blockId());
            } else {
                applied.remove(applied.size() - 1);
            }
        }
        unforced.clear();
    }

    /** Bodies above that height, read again from their bytes: what does not have its id any more is not there. */
    public List<Block> reopen(long height) {
        List<Block> stored = new ArrayList<>();
        bodies.values().removeIf(block -> block.header().height() <= height);
        for (Map.Entry<Hash, Block> entry : bodies.entrySet()) {
            Block read = read(entry.getValue().encode());
            if (read != null && read.blockId().equals(entry.getKey())) {
                stored.add(read);
            }
        }
        return stored;
    }

    private static @Nullable Block read(byte[] bytes) {
        try {
            return Block.decodeStored(bytes);
        } catch (MalformedException e) {
            return null;
        }
    }

    /** The bodies at or below that height will not be asked for as open blocks again. */
    void forget(long height) {
        bodies.values().removeIf(block -> block.header().height() <= height);
    }

    /** One stored body is damaged and found so; false if there is none. */
    boolean loseOneBody(Chance chance) {
        if (bodies.isEmpty()) {
            return false;
        }
        Hash victim = new ArrayList<>(bodies.keySet()).get(chance.below(bodies.size()));
        unforced.remove(bodies.remove(victim));
        return true;
    }

    public void wipe() {
        bodies.clear();
        applied.clear();
        unforced.clear();
    }
}
