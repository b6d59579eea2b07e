package io.waxwing.broker.runtime;

import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What another thread will say, once. {@link #await} is only for threads that may wait (pools). */
public final class Answer<T> {
    private final CompletableFuture<T> said = new CompletableFuture<>();

    public void give(T value) {
        said.complete(value);
    }

    public void refuse(Refusal refusal) {
        said.completeExceptionally(refusal.asException());
    }

    /**
     * Waits for it.
     *
     * @throws RefusedException what was said instead, or {@code late} after the time
     */
    public T await(long time, TimeUnit unit, Refusal late) {
        try {
            return said.get(time, unit);
        } catch (TimeoutException e) {
            throw late.asException();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RefusedException refused) {
                throw refused;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw late.asException();
        }
    }
}
