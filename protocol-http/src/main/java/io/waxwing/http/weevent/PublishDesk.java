package io.waxwing.http.weevent;

import io.netty.channel.EventLoop;
import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.spi.EventBus;
import io.waxwing.bus.topic.AckPolicy;
import io.waxwing.http.exchange.HttpMeters;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** Makes events of what clients publish. Any thread, but for what says otherwise. */
public final class PublishDesk {
    private static final int QOS = 1;

    private final EventBus bus;
    private final Desk desk;
    private final LiveSubscriptions live;
    private final HttpMeters meters;
    private final String institution;
    private final String idPrefix;
    private final int contentChars;
    private final AtomicLong ids = new AtomicLong();

    /** Ids of events are {@code <idPrefix>-<n>}; the prefix differs at every start of the node. */
    PublishDesk(Environment environment, Desk desk, LiveSubscriptions live) {
        this.bus = environment.bus();
        this.desk = desk;
        this.live = live;
        this.meters = environment.meters();
        this.institution = environment.institution();
        this.idPrefix = environment.idPrefix();
        this.contentChars = environment.settings().contentChars();
    }

    /**
     * Checks everything that can be said without the store.
     *
     * @return the event, not published yet
     * @throws WeEventFault with the number of what is wrong
     */
    public EventDraft draft(PublishOrder order) {
        String topic = InputRules.topic(order.scope(), order.topic());
        InputRules.content(order.content(), contentChars);
        InputRules.extensions(order.extensions(), order.generation());
        if (!order.access().mayPublishSome(topic)) {
            throw new WeEventFault(WeEventCode.NO_PERMISSION);
        }
        if (order.access().spending().take(order.content().size(), System.nanoTime()) > 0) {
            throw WeEventFault.of(new Refusal(FailureCode.PUBLISH_RATE, "the user's quota is used up"));
        }
        String user = order.access().principal().name();
        Attributes.Builder attributes = new Attributes.Builder()
                .put(Attributes.SPECVERSION, "1.0")
                .put(Attributes.ID, idPrefix + "-" + ids.incrementAndGet())
                .put(Attributes.SOURCE, "//" + institution + "/weevent" + (user.isEmpty() ? "" : "/" + user))
                .put(Attributes.TYPE, Attributes.RAW_TYPE);
        String contentType = contentType(order);
        if (!contentType.isEmpty()) {
            attributes.put(Attributes.DATACONTENTTYPE, contentType);
        }
        String extensions = Extensions.write(order.extensions());
        if (extensions != null) {
            attributes.put(Extensions.HEADER, extensions);
        }
        Attributes built = attributes.build();
        if (!order.access().mayPublish(topic, built)) {
            throw new WeEventFault(WeEventCode.NO_PERMISSION);
        }
        return new EventDraft(
                topic,
                built,
                order.content(),
                QOS,
                false,
                false,
                AckPolicy.ORDERED,
                user.isEmpty() ? "" : "weevent/" + user,
                System.nanoTime());
    }

    /** What other protocols are told about the bytes. */
    private static String contentType(PublishOrder order) {
        if ("json".equalsIgnoreCase(order.extensions().get(Extensions.FORMAT))) {
            return "application/json";
        }
        return InputRules.text(order.content()) == null ? "" : "text/plain;charset=UTF-8";
    }

    /**
     * Whether the event may be published: its topic has to be open. Reads the store.
     *
     * @throws WeEventFault 100101
     */
    public void requireOpen(PublishOrder order, EventDraft draft) {
        if (!desk.isOpen(draft.topic(), order.access())) {
            throw new WeEventFault(WeEventCode.TOPIC_UNKNOWN);
        }
    }

    /** Sends what is not kept to whoever is there. */
    public SendResult ephemeral(PublishOrder order, EventDraft draft) {
        live.ephemeral(draft.topic(), new ShownEvent(order.topic(), order.content(), order.extensions(), ""));
        return SendResult.success(order.topic(), "");
    }

    /**
     * Publishes one event for a client that waits for the answer, for so long; the topic is known to be open.
     *
     * @param loop where the answer is made
     */
    CompletableFuture<SendResult> publish(PublishOrder order, EventDraft draft, EventLoop loop, long waitMs) {
        CompletableFuture<SendResult> answer = new CompletableFuture<>();
        if (order.isEphemeral()) {
            answer.complete(ephemeral(order, draft));
            return answer;
        }
        PublishCall call = new PublishCall(bus, loop, draft, meters, order.topic(), answer);
        loop.execute(() -> call.start(waitMs));
        return answer;
    }
}
