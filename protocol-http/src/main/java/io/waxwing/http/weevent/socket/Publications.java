package io.waxwing.http.weevent.socket;

import io.netty.channel.EventLoop;
import io.waxwing.bus.delivery.Acknowledgement;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.spi.AckSink;
import io.waxwing.bus.spi.EventBus;
import io.waxwing.http.exchange.HttpMeters;
import io.waxwing.http.weevent.PublishDesk;
import io.waxwing.http.weevent.SendResult;
import io.waxwing.http.weevent.WeEventFault;
import io.waxwing.http.weevent.session.Sending;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * The events that one connection publishes, in their order. Each gets one answer, when it is final or refused. Only on
 * the event loop, but for what the bus calls.
 */
final class Publications implements AckSink {
    /** Topics that are known to be open; none is closed again. */
    private static final int KNOWN_MAX = 1_000;

    private final PublishDesk desk;
    private final EventBus bus;
    private final EventLoop loop;
    private final HttpMeters meters;
    private final Chores chores;
    private final BiConsumer<Sending, SendResult> answer;
    private final Set<String> open = new HashSet<>();
    private final Map<Long, Sending> unanswered = new HashMap<>();
    private final Queue<Waiting> waiting = new ArrayDeque<>();
    private int looking;
    private long last;
    private long heldBytes;
    private boolean ended;

    private record Waiting(long number, EventDraft draft) {}

    Publications(
            PublishDesk desk,
            EventBus bus,
            EventLoop loop,
            HttpMeters meters,
            Chores chores,
            BiConsumer<Sending, SendResult> answer) {
        this.desk = desk;
        this.bus = bus;
        this.loop = loop;
        this.meters = meters;
        this.chores = chores;
        this.answer = answer;
    }

    /** How many have no answer yet. */
    int unanswered() {
        return unanswered.size() + looking;
    }

    /** Bytes of their contents. */
    long heldBytes() {
        return heldBytes;
    }

    void publish(Sending sending) {
        EventDraft draft;
        try {
            draft = desk.draft(sending.order());
        } catch (RuntimeException refused) {
            // Not now: the session is not done with the frame.
            loop.execute(() -> refuse(sending, refused));
            return;
        }
        if (looking == 0 && open.contains(draft.topic())) {
            loop.execute(() -> take(sending, draft));
            return;
        }
        looking++;
        chores.add(
                () -> {
                    desk.requireOpen(sending.order(), draft);
                    return draft;
                },
                checked -> {
                    looking--;
                    if (open.size() < KNOWN_MAX) {
                        open.add(checked.topic());
                    }
                    take(sending, checked);
                },
                refused -> {
                    looking--;
                    refuse(sending, refused);
                });
    }

    private void refuse(Sending sending, RuntimeException thrown) {
        answer.accept(sending, SendResult.failed(sending.order().topic(), StompConnection.fault(thrown)));
    }

    private void take(Sending sending, EventDraft draft) {
        if (ended) {
            return;
        }
        if (sending.order().isEphemeral()) {
            answer.accept(sending, desk.ephemeral(sending.order(), draft));
            return;
        }
        unanswered.put(++last, sending);
        heldBytes += draft.payload().size();
        waiting.add(new Waiting(last, draft));
        publishMore();
    }

    private void publishMore() {
        for (Waiting next = waiting.peek(); next != null; next = waiting.peek()) {
            if (!bus.publish(next.draft(), next.number(), this)) {
                bus.whenRoom(next.draft().topic(), () -> loop.execute(this::publishMore));
                return;
            }
            meters.eventReceived(next.draft().payload().size());
            waiting.remove();
        }
    }

    @Override
    public void acknowledged(long token, Acknowledgement acknowledgement) {
        var eventId = acknowledgement.eventId();
        if (eventId != null) {
            loop.execute(() ->
                    settle(token, sending -> SendResult.success(sending.order().topic(), eventId.toString())));
        }
    }

    @Override
    public void refused(long token, Refusal refusal) {
        meters.eventRejected(refusal.code());
        loop.execute(
                () -> settle(token, sending -> SendResult.failed(sending.order().topic(), WeEventFault.of(refusal))));
    }

    private void settle(long number, java.util.function.Function<Sending, SendResult> result) {
        Sending sending = unanswered.remove(number);
        if (sending != null) {
            heldBytes -= sending.order().content().size();
            answer.accept(sending, result.apply(sending));
        }
    }

    /** The connection has ended: what the bus has not taken is not published. */
    void end() {
        ended = true;
        waiting.clear();
        unanswered.clear();
    }
}
