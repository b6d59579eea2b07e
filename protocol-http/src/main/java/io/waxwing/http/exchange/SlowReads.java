package io.waxwing.http.exchange;

import com.linecorp.armeria.common.HttpResponse;
import io.waxwing.bus.failure.FailureCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Where requests read the store, since an event loop never waits for a disk. */
public interface SlowReads {
    /** Runs {@code work} on another thread, soon. @return false if too much is waiting: it will not run */
    boolean submit(Runnable work);

    /**
     * The answer that {@code read} makes on another thread. What it throws becomes a problem like anything thrown by a
     * handler.
     *
     * @throws ProblemException 503 if too much is waiting
     */
    default HttpResponse answer(Supplier<HttpResponse> read) {
        return HttpResponse.of(read(read));
    }

    /** The answer that {@code then} makes on {@code loop} once {@code read} is through; throws as {@link #answer}. */
    default HttpResponse answerAfter(Runnable read, Executor loop, Supplier<HttpResponse> then) {
        return HttpResponse.of(this.<Boolean>read(() -> {
                    read.run();
                    return true;
                })
                .thenApplyAsync(done -> then.get(), loop));
    }

    /** What {@code read} gives, from another thread; throws as {@link #answer}. */
    private <T> CompletableFuture<T> read(Supplier<T> read) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        boolean taken = submit(() -> {
            try {
                answer.complete(read.get());
            } catch (RuntimeException failed) {
                answer.completeExceptionally(failed);
            }
        });
        if (!taken) {
            throw new ProblemException(Problem.of(FailureCode.NODE_BUSY, "too many reads are waiting"));
        }
        return answer;
    }
}
