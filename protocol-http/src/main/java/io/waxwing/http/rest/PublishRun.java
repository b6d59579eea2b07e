package io.waxwing.http.rest;

import io.netty.channel.EventLoop;
import io.waxwing.bus.delivery.Acknowledgement;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.spi.AckSink;
import io.waxwing.bus.spi.EventBus;
import io.waxwing.http.cloudevents.CloudEvent;
import io.waxwing.http.exchange.HttpMeters;
import io.waxwing.http.exchange.Problem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the events of one request in their order and collects what becomes of each. Lives on the request's event
 * loop; acknowledgements come from other threads and are passed to it. Ends when all are answered or when the time is
 * over, whichever is first; what comes later finds it closed and is ignored.
 */
final class PublishRun implements AckSink {
    /**
     * One event to publish, or why it is none.
     *
     * @param draft null if it is none
     * @param dataAt where its data are in the request's body (RFC 6901)
     */
    record Entry(
            @Nullable CloudEvent event,
            @Nullable EventDraft draft,
            @Nullable Problem problem,
            String dataAt) {
        /** One whose data are the body, or which is none. */
        Entry(@Nullable CloudEvent event, @Nullable EventDraft draft, @Nullable Problem problem) {
            this(event, draft, problem, "");
        }
    }

    private final EventBus bus;
    private final EventLoop loop;
    private final HttpMeters meters;
    private final String topic;
    private final List<Entry> entries;
    private final Consumer<List<Outcome>> done;
    /**
     * In the order of the request; one that stays unanswered was handed over: the store knows whether it is durable.
     */
    private final List<Outcome> outcomes;

    // Set on threads of the bus, read when the time is over.
    private final AtomicIntegerArray durable;

    private int next;
    private int unanswered;
    private boolean ended;
    private @Nullable Future<?> timeout;

    PublishRun(
            EventBus bus,
            EventLoop loop,
            HttpMeters meters,
            String topic,
            List<Entry> entries,
            Consumer<List<Outcome>> done) {
        this.bus = bus;
        this.loop = loop;
        this.meters = meters;
        this.topic = topic;
        this.entries = entries;
        this.done = done;
        this.outcomes = new ArrayList<>(Collections.nCopies(entries.size(), Outcome.unanswered(topic)));
        this.unanswered = entries.size();
        this.durable = new AtomicIntegerArray(entries.size());
    }

    /** Begins; on the event loop. */
    void start(long waitMs) {
        if (entries.isEmpty()) {
            end();
            return;
        }
        timeout = loop.schedule(this::onTimeout, waitMs, TimeUnit.MILLISECONDS);
        publishMore();
    }

    private void publishMore() {
        while (!ended && next < entries.size()) {
            Entry entry = entries.get(next);
            if (entry.draft() == null) {
                Problem problem = entry.problem() == null
                        ? Problem.of(FailureCode.INTERNAL, "an entry without event and problem")
                        : entry.problem();
                next++;
                answered(next - 1, Outcome.failed(topic, problem));
            } else if (bus.publish(entry.draft(), next, this)) {
                meters.eventReceived(entry.draft().payload().size());
                next++;
            } else {
                bus.whenRoom(entry.draft().topic(), () -> loop.execute(this::publishMore));
                return;
            }
        }
    }

    @Override
    public void acknowledged(long token, Acknowledgement acknowledgement) {
        onLoop(() -> {
            int place = (int) token;
            CloudEvent event = entries.get(place).event();
            if (event != null) {
                answered(place, Outcome.acknowledged(topic, event, acknowledgement));
            }
        });
    }

    @Override
    public void durable(long token) {
        durable.set((int) token, 1);
    }

    @Override
    public void refused(long token, Refusal refusal) {
        onLoop(() -> {
            Problem problem = Problem.of(refusal);
            String inData = problem.pointer();
            answered(
                    (int) token,
                    Outcome.failed(
                            topic,
                            inData == null
                                    ? problem
                                    : problem.at(entries.get((int) token).dataAt() + inData)));
        });
    }

    private void onLoop(Runnable work) {
        // Always queued, even on the loop itself: a refusal may come from inside publish(), before `next` has moved.
        loop.execute(work);
    }

    private void answered(int place, Outcome outcome) {
        if (ended || outcomes.get(place).isAnswered()) {
            return;
        }
        if (outcome.problem() != null) {
            meters.eventRejected(outcome.problem().code());
        }
        outcomes.set(place, outcome);
        unanswered--;
        if (unanswered == 0) {
            end();
        }
    }

    private void onTimeout() {
        if (ended) {
            return;
        }
        Problem busy = Problem.of(
                FailureCode.NODE_BUSY, "the event was not taken in time; nothing of it remains, publish it again");
        Collections.fill(outcomes.subList(next, outcomes.size()), Outcome.failed(topic, busy));
        for (int place = 0; place < next; place++) {
            CloudEvent event = entries.get(place).event();
            if (!outcomes.get(place).isAnswered() && event != null && durable.get(place) == 1) {
                outcomes.set(place, Outcome.acknowledged(topic, event, Acknowledgement.DURABLE));
            }
        }
        end();
    }

    private void end() {
        ended = true;
        if (timeout != null) {
            timeout.cancel(false);
        }
        done.accept(outcomes);
    }
}
