package io.waxwing.stomp.queue;

import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.filter.Cesql;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.topic.TopicFilter;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The durable subscriptions of the node, each of one user. Methods never wait and take any thread; futures are
 * completed on any, and fail with {@link RefusedException}.
 */
public interface Queues {
    /** A node without any. */
    Queues NONE = new NoQueues();

    /** What a subscription is to have; {@code start} counts only if it is made. */
    record Wish(TopicFilter filter, @Nullable Cesql selector, StartFrom start) {}

    /** One that is there; its events are lent for {@code ackWaitMs} at a time. */
    record Opened(TopicFilter filter, long ackWaitMs) {}

    /** An event, given for the {@code deliveries}th time, and what it is settled with. */
    record Loan(String token, Event event, int deliveries) {}

    /** Makes a subscription or changes it; with no wish it has to be there. */
    CompletableFuture<Opened> open(Access access, String name, @Nullable Wish wish);

    /**
     * Lends up to so many events of together about so many bytes; after a while of waiting in vain, none. Cancelling
     * the future ends the wait.
     */
    CompletableFuture<List<Loan>> fetch(Access access, String name, int events, long bytes);

    /** Tokens of loans that are over are passed over: their events are given again anyway. */
    CompletableFuture<?> settle(Access access, String name, Verdict verdict, List<String> tokens);

    CompletableFuture<?> remove(Access access, String name);

    /** Refuses everything. */
    final class NoQueues implements Queues {
        private NoQueues() {}

        private static <T> CompletableFuture<T> refused() {
            return CompletableFuture.failedFuture(
                    new RefusedException(FailureCode.SUBSCRIPTION_UNKNOWN, "there are no subscriptions at this node"));
        }

        @Override
        public CompletableFuture<Opened> open(Access access, String name, @Nullable Wish wish) {
            return refused();
        }

        @Override
        public CompletableFuture<List<Loan>> fetch(Access access, String name, int events, long bytes) {
            return refused();
        }

        @Override
        public CompletableFuture<?> settle(Access access, String name, Verdict verdict, List<String> tokens) {
            return refused();
        }

        @Override
        public CompletableFuture<?> remove(Access access, String name) {
            return refused();
        }
    }
}
