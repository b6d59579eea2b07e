package io.waxwing.http.weevent;

import io.netty.channel.EventLoop;
import io.waxwing.bus.delivery.Acknowledgement;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.spi.AckSink;
import io.waxwing.bus.spi.EventBus;
import io.waxwing.http.exchange.HttpMeters;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One event and one client that waits for it. On the event loop, but for what the bus calls. */
final class PublishCall implements AckSink {
    private final EventBus bus;
    private final EventLoop loop;
    private final EventDraft draft;
    private final HttpMeters meters;
    private final String topic;
    private final CompletableFuture<SendResult> answer;
    private boolean taken;
    private @Nullable Future<?> timeout;

    PublishCall(
            EventBus bus,
            EventLoop loop,
            EventDraft draft,
            HttpMeters meters,
            String topic,
            CompletableFuture<SendResult> answer) {
        this.bus = bus;
        this.loop = loop;
        this.draft = draft;
        this.meters = meters;
        this.topic = topic;
        this.answer = answer;
    }

    void start(long waitMs) {
        timeout = loop.schedule(this::onTimeout, waitMs, TimeUnit.MILLISECONDS);
        offer();
    }

    private void offer() {
        if (answer.isDone()) {
            return;
        }
        if (bus.publish(draft, 0, this)) {
            taken = true;
            meters.eventReceived(draft.payload().size());
        } else {
            bus.whenRoom(draft.topic(), () -> loop.execute(this::offer));
        }
    }

    private void onTimeout() {
        settle(
                taken
                        ? SendResult.timeout(topic)
                        : SendResult.failed(
                                topic,
                                WeEventFault.of(new Refusal(
                                        FailureCode.NODE_BUSY,
                                        "the event was not taken in time; nothing of it remains"))));
    }

    @Override
    public void acknowledged(long token, Acknowledgement acknowledgement) {
        if (acknowledgement.eventId() != null) {
            String eventId = acknowledgement.eventId().toString();
            loop.execute(() -> settle(SendResult.success(topic, eventId)));
        }
    }

    @Override
    public void refused(long token, Refusal refusal) {
        meters.eventRejected(refusal.code());
        loop.execute(() -> settle(SendResult.failed(topic, WeEventFault.of(refusal))));
    }

    private void settle(SendResult result) {
        answer.complete(result);
        if (timeout != null) {
            timeout.cancel(false);
        }
    }
}
