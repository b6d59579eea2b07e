package io.waxwing.broker.pull;

import io.waxwing.bus.audit.Act;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.filter.Cesql;
import io.waxwing.bus.pull.PullTerms;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.spi.ActLog;
import io.waxwing.http.pull.SubscriptionReading;
import io.waxwing.http.pull.Subscriptions;
import io.waxwing.stomp.queue.Queues;
import io.waxwing.stomp.queue.Verdict;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** The node's durable subscriptions for STOMP clients: the same ones that HTTP has, under the same names. */
public final class StompQueues implements Queues {
    private static final long WAIT_MS = 30_000;

    private final Subscriptions subscriptions;
    private final ActLog acts;

    public StompQueues(Subscriptions subscriptions, ActLog acts) {
        this.subscriptions = subscriptions;
        this.acts = acts;
    }

    @Override
    public CompletableFuture<Opened> open(Access access, String name, @Nullable Wish wish) {
        try {
            SubscriptionReading.name(name);
        } catch (RefusedException refused) {
            return CompletableFuture.failedFuture(refused);
        }
        CompletableFuture<Subscriptions.Shown> there = subscriptions.show(access, name);
        CompletableFuture<Subscriptions.Shown> wanted = wish == null
                ? there
                : there.exceptionallyCompose(failure -> made(access, name, wish, failure))
                        .thenCompose(shown -> changed(access, shown, wish));
        return wanted.thenApply(
                shown -> new Opened(shown.filter(), shown.terms().ackWaitMs()));
    }

    private CompletableFuture<Subscriptions.Shown> made(Access access, String name, Wish wish, Throwable failure) {
        Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
        boolean unknown = cause instanceof RefusedException refused
                && refused.refusal().code() == FailureCode.SUBSCRIPTION_UNKNOWN;
        return unknown ? put(access, name, wish, PullTerms.DEFAULT, "") : CompletableFuture.failedFuture(failure);
    }

    /** Its place and its terms stay. */
    private CompletableFuture<Subscriptions.Shown> changed(Access access, Subscriptions.Shown shown, Wish wish) {
        boolean same = shown.filter().equals(wish.filter()) && text(shown.sql()).equals(text(wish.selector()));
        return same
                ? CompletableFuture.completedFuture(shown)
                : put(access, shown.name(), wish, shown.terms(), shown.note());
    }

    private static String text(@Nullable Cesql sql) {
        return sql == null ? "" : sql.toString();
    }

    private CompletableFuture<Subscriptions.Shown> put(
            Access access, String name, Wish wish, PullTerms terms, String note) {
        Refusal problem = acts.problem();
        if (problem != null) {
            return CompletableFuture.failedFuture(problem.asException());
        }
        return subscriptions
                .put(access, name, new Subscriptions.Wish(wish.filter(), wish.selector(), terms, wish.start(), note))
                .thenCompose(put -> recorded(access, "subscriptions.put", put.shown()));
    }

    @Override
    public CompletableFuture<List<Loan>> fetch(Access access, String name, int events, long bytes) {
        CompletableFuture<List<Subscriptions.Leased>> lent =
                subscriptions.receive(access, name, events, bytes, WAIT_MS);
        CompletableFuture<List<Loan>> loans = lent.thenApply(all -> all.stream()
                .map(each -> new Loan(
                        each.lease().token(), each.event(), each.lease().deliveries()))
                .toList());
        // Whoever does not wait any more is lent nothing.
        CompletableFuture<?> unused = loans.whenComplete((given, failure) -> {
            if (loans.isCancelled()) {
                boolean unusedToo = lent.cancel(false);
            }
        });
        return loans;
    }

    @Override
    public CompletableFuture<?> settle(Access access, String name, Verdict verdict, List<String> tokens) {
        return subscriptions.settle(access, name, Subscriptions.Verdict.valueOf(verdict.name()), tokens, null);
    }

    @Override
    public CompletableFuture<?> remove(Access access, String name) {
        Refusal problem = acts.problem();
        return problem == null
                ? subscriptions
                        .remove(access, name)
                        .thenCompose(removed -> recorded(access, "subscriptions.delete", removed))
                : CompletableFuture.failedFuture(problem.asException());
    }

    /** What was done is written down before anybody hears of it. */
    private CompletableFuture<Subscriptions.Shown> recorded(Access access, String act, Subscriptions.Shown shown) {
        CompletableFuture<Subscriptions.Shown> written = new CompletableFuture<>();
        acts.record(Act.done(access.principal().name(), "stomp", act, shown.name()), refusal -> {
            boolean unused =
                    refusal == null ? written.complete(shown) : written.completeExceptionally(refusal.asException());
        });
        return written;
    }
}
