package io.waxwing.http.pull;

import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.spi.Access;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** There are none, and none can be made. */
final class NoSubscriptions implements Subscriptions {
    private static <T> CompletableFuture<T> none() {
        return CompletableFuture.failedFuture(
                new RefusedException(FailureCode.SUBSCRIPTION_UNKNOWN, "this node keeps no subscriptions"));
    }

    @Override
    public CompletableFuture<List<Shown>> list(Access access) {
        return CompletableFuture.completedFuture(List.of());
    }

    @Override
    public CompletableFuture<Shown> show(Access access, String name) {
        return none();
    }

    @Override
    public CompletableFuture<Put> put(Access access, String name, Wish wish) {
        return none();
    }

    @Override
    public CompletableFuture<Shown> remove(Access access, String name) {
        return none();
    }

    @Override
    public CompletableFuture<List<Leased>> receive(Access access, String name, int max, long maxBytes, long waitMs) {
        return none();
    }

    @Override
    public CompletableFuture<Settled> settle(
            Access access, String name, Verdict verdict, List<String> tokens, @Nullable Long delayMs) {
        return none();
    }

    @Override
    public CompletableFuture<Shown> seek(Access access, String name, StartFrom start) {
        return none();
    }

    @Override
    public CompletableFuture<Shown> pause(Access access, String name, boolean paused) {
        return none();
    }

    @Override
    public CompletableFuture<List<Dead>> deadLetters(Access access, String name, long after, int limit) {
        return none();
    }

    @Override
    public CompletableFuture<Integer> redrive(Access access, String name, int max) {
        return none();
    }

    @Override
    public CompletableFuture<Integer> bury(Access access, String name) {
        return none();
    }
}
