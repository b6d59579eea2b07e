package io.waxwing.broker.pull;

import io.waxwing.bus.spi.Access;
import io.waxwing.http.pull.Subscriptions.Leased;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Somebody who waits for events. Belongs to the thread of subscriptions, but for the answer. */
final class Consumer {
    private final Access access;
    private final int max;
    private final long maxBytes;
    private final long untilMs;
    private final CompletableFuture<List<Leased>> answer = new CompletableFuture<>();
    private boolean looked;

    Consumer(Access access, int max, long maxBytes, long untilMs) {
        this.access = access;
        this.max = max;
        this.maxBytes = maxBytes;
        this.untilMs = untilMs;
    }

    Access access() {
        return access;
    }

    int max() {
        return max;
    }

    long maxBytes() {
        return maxBytes;
    }

    long untilMs() {
        return untilMs;
    }

    CompletableFuture<List<Leased>> answer() {
        return answer;
    }

    /** It has its answer, or does not wait any more. */
    boolean isGone() {
        return answer.isDone();
    }

    /** There was nothing for it. */
    void looked() {
        looked = true;
    }

    /** It has waited long enough, though not without a look. */
    boolean isLate(long nowMs) {
        return looked && untilMs <= nowMs;
    }
}
