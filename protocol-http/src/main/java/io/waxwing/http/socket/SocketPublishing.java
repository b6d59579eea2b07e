package io.waxwing.http.socket;

import io.netty.channel.EventLoop;
import io.waxwing.bus.delivery.Acknowledgement;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.spi.AckSink;
import io.waxwing.bus.spi.EventBus;
import io.waxwing.http.cloudevents.CloudEvent;
import io.waxwing.http.cloudevents.NotACloudEvent;
import io.waxwing.http.cloudevents.StructuredMode;
import io.waxwing.http.exchange.HttpMeters;
import io.waxwing.http.exchange.Problem;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The events that one connection publishes, in their order. Each gets one answer. Only on the event loop, but for what
 * the bus calls.
 */
final class SocketPublishing implements AckSink {
    private static final int QOS = 1;

    private final EventBus bus;
    private final EventLoop loop;
    private final HttpMeters meters;
    private final SocketText text;
    private final SocketPlan plan;
    private final Consumer<String> answer;
    private final Map<Long, CloudEvent> unanswered = new HashMap<>();
    private final Queue<Waiting> waiting = new ArrayDeque<>();
    private long received;
    private long heldBytes;

    private record Waiting(long number, EventDraft draft) {}

    SocketPublishing(
            EventBus bus,
            EventLoop loop,
            HttpMeters meters,
            SocketText text,
            SocketPlan plan,
            Consumer<String> answer) {
        this.bus = bus;
        this.loop = loop;
        this.meters = meters;
        this.text = text;
        this.plan = plan;
        this.answer = answer;
    }

    /** How many have no answer yet. */
    int unanswered() {
        return unanswered.size();
    }

    /** Bytes of their contents. */
    long heldBytes() {
        return heldBytes;
    }

    /** A whole message to that topic. */
    void message(String topic, byte[] json) {
        received++;
        CloudEvent event;
        try {
            event = StructuredMode.read(json);
        } catch (NotACloudEvent wrong) {
            Problem problem = Problem.of(wrong.refusal());
            refuse(received, wrong.pointer() == null ? problem : problem.at(wrong.pointer()), null);
            return;
        } catch (RefusedException wrong) {
            refuse(received, Problem.of(wrong.refusal()), null);
            return;
        }
        if (!plan.access().mayPublish(topic, event.attributes())) {
            String name = plan.access().principal().name();
            refuse(received, Problem.of(FailureCode.NOT_GRANTED, "no grant lets '" + name + "' publish this"), event);
            return;
        }
        if (plan.access().spending().take(event.payload().size(), System.nanoTime()) > 0) {
            refuse(received, Problem.of(FailureCode.PUBLISH_RATE, "the user's quota is used up; send it again"), event);
            return;
        }
        String user = plan.access().principal().name();
        unanswered.put(received, event);
        heldBytes += event.payload().size();
        waiting.add(new Waiting(
                received,
                new EventDraft(
                        topic,
                        event.attributes(),
                        event.payload(),
                        QOS,
                        false,
                        true,
                        plan.wanted(),
                        user.isEmpty() ? "" : "http/" + user,
                        System.nanoTime())));
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
        loop.execute(() -> {
            CloudEvent event = settled(token);
            if (event != null && plan.topic() != null) {
                answer.accept(text.published(token, plan.topic(), event, acknowledgement));
            }
        });
    }

    @Override
    public void refused(long token, Refusal refusal) {
        loop.execute(() -> {
            CloudEvent event = settled(token);
            refuse(token, Problem.of(refusal), event);
        });
    }

    private @Nullable CloudEvent settled(long number) {
        CloudEvent event = unanswered.remove(number);
        heldBytes -= event == null ? 0 : event.payload().size();
        return event;
    }

    private void refuse(long number, Problem problem, @Nullable CloudEvent event) {
        meters.eventRejected(problem.code());
        answer.accept(text.refused(number, problem, event));
    }

    /** The connection has ended: what the bus has not taken is not published. */
    void end() {
        waiting.clear();
        unanswered.clear();
    }
}
