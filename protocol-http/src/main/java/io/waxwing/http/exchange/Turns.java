package io.waxwing.http.exchange;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Changes of one thing one after the other where a change takes time: what was asked first must not be kept last, nor
 * bring back what was removed meanwhile. Any thread; work is begun on the given one.
 */
public final class Turns {
    private final Executor thread;
    private final int most;
    // Belongs to the thread.
    private final Map<String, Line> lines = new HashMap<>();

    private static final class Line {
        CompletableFuture<?> last = CompletableFuture.completedFuture(null);
        int waiting;
    }

    /**
     * Nothing waits at first.
     *
     * @param thread owns the lines; must not refuse while it runs
     * @param most changes of one key that may wait or be under way
     */
    public Turns(Executor thread, int most) {
        this.thread = thread;
        this.most = most;
    }

    /** Begins the work when all that came before for this key is done. Fails with WXW-1103 if too much waits. */
    public <T> CompletableFuture<T> take(String key, Supplier<CompletableFuture<T>> work) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        thread.execute(() -> {
            Line line = lines.computeIfAbsent(key, unused -> new Line());
            if (line.waiting >= most) {
                answer.completeExceptionally(
                        new RefusedException(FailureCode.NODE_BUSY, most + " changes wait already"));
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
