package io.waxwing.stomp.netty;

import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.event.Payload;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.bus.topic.TopicFilter;
import io.waxwing.stomp.queue.Queues;
import io.waxwing.stomp.queue.Verdict;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Durable subscriptions with one queue, {@code q}, in memory; what is said is written down. */
final class FakeQueues implements Queues {
    static final long ACK_WAIT_MS = 150;

    private final Deque<Loan> waiting = new ArrayDeque<>();
    private final List<String> said = new ArrayList<>();
    private final List<Integer> asked = new ArrayList<>();
    private @Nullable CompletableFuture<List<Loan>> open;
    private @Nullable RefusedException failure;
    private long position;

    /** An event comes to the queue. */
    synchronized void put(String text) {
        Event event = new Event(
                "a",
                Attributes.of(Map.of("id", text, "source", "s", "type", "t")),
                Payload.utf8(text),
                1,
                DeliveryClass.SEALED,
                null,
                5_000,
                ++position,
                "");
        waiting.add(new Loan("token-" + text, event, 1));
        lend(Integer.MAX_VALUE);
    }

    private void lend(int most) {
        CompletableFuture<List<Loan>> to = open;
        if (to == null || waiting.isEmpty()) {
            return;
        }
        open = null;
        List<Loan> lent = new ArrayList<>();
        while (!waiting.isEmpty() && lent.size() < most) {
            lent.add(waiting.remove());
        }
        if (!to.complete(lent)) {
            lent.forEach(waiting::addFirst);
        }
    }

    /** From now on nothing can be written. */
    synchronized void fail() {
        failure = new RefusedException(FailureCode.STORAGE, "no room");
    }

    synchronized List<String> said() {
        return List.copyOf(said);
    }

    /** How many events were asked for at a time. */
    synchronized List<Integer> asked() {
        return List.copyOf(asked);
    }

    @Override
    public synchronized CompletableFuture<Opened> open(Access access, String name, @Nullable Wish wish) {
        if (wish == null && !name.equals("q")) {
            return CompletableFuture.failedFuture(
                    new RefusedException(FailureCode.SUBSCRIPTION_UNKNOWN, "nobody has it"));
        }
        said.add("open " + name + (wish == null ? "" : " " + wish.filter()));
        return CompletableFuture.completedFuture(new Opened(TopicFilter.parse("#"), ACK_WAIT_MS));
    }

    @Override
    public synchronized CompletableFuture<List<Loan>> fetch(Access access, String name, int events, long bytes) {
        CompletableFuture<List<Loan>> answer = new CompletableFuture<>();
        open = answer;
        asked.add(events);
        lend(events);
        return answer;
    }

    @Override
    public synchronized CompletableFuture<?> settle(Access access, String name, Verdict verdict, List<String> tokens) {
        if (failure != null && verdict != Verdict.LONGER) {
            return CompletableFuture.failedFuture(failure);
        }
        tokens.forEach(token -> said.add(verdict + " " + token));
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public synchronized CompletableFuture<?> remove(Access access, String name) {
        if (!name.equals("q")) {
            return CompletableFuture.failedFuture(
                    new RefusedException(FailureCode.SUBSCRIPTION_UNKNOWN, "nobody has it"));
        }
        said.add("remove " + name);
        return CompletableFuture.completedFuture(null);
    }
}
