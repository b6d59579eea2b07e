package io.waxwing.http.weevent;

import io.netty.channel.EventLoop;
import io.waxwing.bus.audit.Act;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.spi.ActLog;
import io.waxwing.http.exchange.Exchange;
import io.waxwing.http.exchange.SlowReads;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What REST and JSON-RPC both do for a request. Answers come as futures, which fail with {@link WeEventFault}. */
final class Calls {
    private final Desk desk;
    private final PublishDesk publishing;
    private final SlowReads slow;
    private final ActLog acts;
    private final long waitMs;

    Calls(Environment environment, Desk desk, PublishDesk publishing) {
        this.desk = desk;
        this.publishing = publishing;
        this.slow = environment.slow();
        this.acts = environment.acts();
        this.waitMs = environment.http().defaultWaitMs();
    }

    Desk desk() {
        return desk;
    }

    /** What {@code work} gives on a thread that may wait for the disk. */
    <T> CompletableFuture<T> read(Supplier<T> work) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        boolean taken = slow.submit(() -> {
            try {
                answer.complete(work.get());
            } catch (RuntimeException failed) {
                answer.completeExceptionally(failed);
            }
        });
        if (!taken) {
            answer.completeExceptionally(
                    WeEventFault.of(new Refusal(FailureCode.NODE_BUSY, "too many reads are waiting")));
        }
        return answer;
    }

    /** Opens a topic; that somebody made one, or may not, is written down before he hears of it. */
    CompletableFuture<Boolean> open(Exchange exchange, Scope scope, @Nullable String name) {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        Refusal problem = acts.problem();
        if (problem != null) {
            answer.completeExceptionally(WeEventFault.of(problem));
            return answer;
        }
        var unused = read(() -> desk.open(scope, name, exchange.access())).handle((isNew, thrown) -> {
            if (thrown == null && !isNew) {
                answer.complete(true);
                return true;
            }
            boolean denied = thrown instanceof WeEventFault fault && fault.code() == WeEventCode.NO_PERMISSION;
            if (thrown != null && !denied) {
                answer.completeExceptionally(thrown);
                return false;
            }
            String result = denied ? Integer.toString(WeEventCode.NO_PERMISSION.number()) : "ok";
            acts.record(
                    new Act(
                            exchange.access().principal().name(),
                            "weevent " + exchange.address(),
                            "topics.put",
                            name == null ? "" : scope.topic(name),
                            result,
                            denied),
                    refusal -> settle(answer, refusal, thrown));
            return true;
        });
        return answer;
    }

    private static void settle(
            CompletableFuture<Boolean> answer, @Nullable Refusal notWritten, @Nullable Throwable thrown) {
        if (notWritten != null) {
            answer.completeExceptionally(WeEventFault.of(notWritten));
        } else if (thrown != null) {
            answer.completeExceptionally(thrown);
        } else {
            answer.complete(true);
        }
    }

    /** Publishes; faults are in the result, so that whoever answers can say them as his wire wants it. */
    CompletableFuture<SendResult> publish(Exchange exchange, PublishOrder order) {
        EventLoop loop = exchange.context().eventLoop().withoutContext();
        // Our own clock runs from here on.
        exchange.context().clearRequestTimeout();
        CompletableFuture<SendResult> answer = new CompletableFuture<>();
        EventDraft draft;
        try {
            draft = publishing.draft(order);
        } catch (RuntimeException refused) {
            settle(answer, order, refused);
            return answer;
        }
        var unused = read(() -> {
                    publishing.requireOpen(order, draft);
                    return draft;
                })
                .thenCompose(checked -> publishing.publish(order, checked, loop, waitMs))
                .whenComplete((result, thrown) -> {
                    if (thrown == null) {
                        answer.complete(result);
                    } else {
                        settle(answer, order, thrown);
                    }
                });
        return answer;
    }

    private static void settle(CompletableFuture<SendResult> answer, PublishOrder order, Throwable thrown) {
        Throwable cause = thrown.getCause() == null ? thrown : thrown.getCause();
        WeEventFault fault = WeEventFault.known(cause);
        if (fault == null) {
            answer.completeExceptionally(cause);
        } else {
            answer.complete(SendResult.failed(order.topic(), fault));
        }
    }
}
