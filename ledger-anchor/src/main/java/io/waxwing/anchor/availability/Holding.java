package io.waxwing.anchor.availability;

import io.waxwing.ledger.batch.BatchHeader;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.hash.Hash;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The holder's side: what of others' batches this node stores and signs for. Of each lane it takes the numbers right
 * behind the last final one, one statement for each; the first that comes is the one it keeps, unless the ledger made
 * another one final. An origin whose key is another signs the same statements anew: those are held under the new
 * batchId.
 */
public final class Holding {
    /** As many as a lane may have that are not final (ledger-runtime.md section 7). */
    public static final int WINDOW = 64;

    private final Map<Lane, Long> lastFinal = new HashMap<>();
    private final Set<Hash> storing = new HashSet<>();
    private final Map<Lane, Map<Long, BatchHeader>> known = new HashMap<>();

    /** What to do with a batch that came. */
    public enum Answer {
        /** Store it, then sign. */
        STORE,
        /** It is stored: sign (again). */
        SIGN,
        /** Nothing: it is being stored, or is final and was not asked for. */
        IGNORE,
        /** Nothing: too far ahead of what is final here. The origin says it again. */
        TOO_FAR,
        /** Another batch has this number already: the origin lies, or its old copy does. */
        OTHER_CONTENT
    }

    /** The lane is final up to here. */
    public void onFinal(Lane lane, long batchSeq) {
        lastFinal.merge(lane, batchSeq, Math::max);
        Map<Long, BatchHeader> numbers = known.get(lane);
        if (numbers != null) {
            numbers.keySet().removeIf(number -> number <= batchSeq);
        }
    }

    /**
     * Judges a batch.
     *
     * @param stored what the store has under its number, or null
     * @param wanted this node asked for it, because it is final and not here
     */
    public Answer onPush(HeldBatch batch, @Nullable BatchHeader stored, boolean wanted) {
        if (storing.contains(batch.batchId())) {
            return Answer.IGNORE;
        }
        long ahead = batch.batchSeq() - lastFinal.getOrDefault(batch.lane(), 0L);
        if (wanted) {
            return batch.header().equals(stored) ? Answer.IGNORE : Answer.STORE;
        }
        if (ahead <= 0) {
            return Answer.IGNORE;
        }
        if (ahead > WINDOW) {
            return Answer.TOO_FAR;
        }
        BatchHeader promised = numbers(batch.lane()).get(batch.batchSeq());
        BatchHeader kept = promised == null ? stored : promised;
        if (kept == null) {
            return Answer.STORE;
        }
        if (!kept.statement().equals(batch.header().statement())) {
            return Answer.OTHER_CONTENT;
        }
        return batch.header().equals(stored) ? Answer.SIGN : Answer.STORE;
    }

    /** It goes to the store now. */
    public void storing(HeldBatch batch) {
        storing.add(batch.batchId());
        numbers(batch.lane()).put(batch.batchSeq(), batch.header());
    }

    /** The store is done with it; {@code held} false: it did not take it, and may be asked again. */
    public void stored(HeldBatch batch, boolean held) {
        storing.remove(batch.batchId());
        if (!held) {
            numbers(batch.lane()).remove(batch.batchSeq(), batch.header());
        }
    }

    private Map<Long, BatchHeader> numbers(Lane lane) {
        return known.computeIfAbsent(lane, unused -> new HashMap<>());
    }
}
