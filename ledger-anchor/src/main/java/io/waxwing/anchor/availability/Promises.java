package io.waxwing.anchor.availability;

import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What this node has promised to hold and is not final yet: each batch is recorded and signed once, however often its
 * origin repeats it, and the signature is said again at most each {@value #AGAIN_NANOS} ns. As many entries as the
 * window of {@link Holding} has places.
 */
public final class Promises {
    static final long AGAIN_NANOS = 250_000_000L;

    private final Map<Lane, NavigableMap<Long, Promise>> promises = new HashMap<>();

    private static final class Promise {
        private final Hash batchId;
        private @Nullable ByteString signature;

        private long saidNanos;

        private Promise(Hash batchId) {
            this.batchId = batchId;
        }
    }

    /**
     * True if this batch was not promised before, or its origin has signed it anew: record it, sign, then
     * {@link #signed}.
     */
    public boolean begin(HeldBatch batch) {
        if (of(batch) != null) {
            return false;
        }
        promises.computeIfAbsent(batch.lane(), unused -> new TreeMap<>())
                .put(batch.batchSeq(), new Promise(batch.batchId()));
        return true;
    }

    /** This node signs with another key now: what it promised is promised anew when it is asked again. */
    public void onKey() {
        promises.clear();
    }

    /** The record is forced and this is the signature, which is said now. */
    public void signed(HeldBatch batch, ByteString signature, long nowNanos) {
        Promise promise = of(batch);
        if (promise != null) {
            promise.signature = signature;
            promise.saidNanos = nowNanos;
        }
    }

    /** The signature, if it should be said again now; null if it is not made yet or was said a moment ago. */
    public @Nullable ByteString again(HeldBatch batch, long nowNanos) {
        Promise promise = of(batch);
        if (promise == null || promise.signature == null || nowNanos - promise.saidNanos < AGAIN_NANOS) {
            return null;
        }
        promise.saidNanos = nowNanos;
        return promise.signature;
    }

    /** The lane is final up to here: nobody asks for these any more. */
    public void onFinal(Lane lane, long batchSeq) {
        NavigableMap<Long, Promise> numbers = promises.get(lane);
        if (numbers != null) {
            numbers.headMap(batchSeq, true).clear();
        }
    }

    private @Nullable Promise of(HeldBatch batch) {
        NavigableMap<Long, Promise> numbers = promises.get(batch.lane());
        Promise promise = numbers == null ? null : numbers.get(batch.batchSeq());
        return promise == null || !promise.batchId.equals(batch.batchId()) ? null : promise;
    }
}
