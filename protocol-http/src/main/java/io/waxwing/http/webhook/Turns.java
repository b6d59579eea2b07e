package io.waxwing.http.webhook;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Changes of one webhook one after the other: asking a receiver takes time, and what was asked first must not be kept
 * last, nor bring back what was removed meanwhile. Any thread; work is begun on the given one.
 */
final class Turns {
    private static final int WAITING_MAX = 8;

    private final Executor thread;
    // Belongs to the thread.
    private final Map<String, Line> lines = new HashMap<>();

    private static final class Line {
        CompletableFuture<?> last = CompletableFuture.completedFuture(null);
        int waiting;
    }

    Turns(Executor thread) {
        this.thread = thread;
    }

    /** Begins the work when all that came before for this key is done. Fails with WXW-1103 if too much waits. */
    <T> CompletableFuture<T> take(String key, Supplier<CompletableFuture<T>> work) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        thread.execute(() -> {
            Line line = lines.computeIfAbsent(key, unused -> new Line());
            if (line.waiting >= WAITING_MAX) {
                answer.completeExceptionally(new RefusedException(
                        FailureCode.NODE_BUSY, WAITING_MAX + " changes of this webhook wait already"));
                return;
            }
            line.waiting++;
            CompletableFuture<T> mine =
                    line.last.handle((value, failure) -> key).thenComposeAsync(unused -> work.get(), thread);
            line.last = mine;
            CompletableFuture<?> unused = mine.whenCompleteAsync(
                    (value, failure) -> {
                        line.waiting--;
                        if (line.waiting == 0) {
                            lines.remove(key, line);
                        }
                        boolean unusedToo =
                                failure == null ? answer.complete(value) : answer.completeExceptionally(failure);
                    },
                    thread);
        });
        return answer;
    }
}
