package io.waxwing.broker.dispatch;

import io.waxwing.broker.live.LiveTopic;
import io.waxwing.broker.live.LiveTopics;
import io.waxwing.broker.live.Receiver;
import io.waxwing.bus.topic.TopicFilter;
import io.waxwing.bus.topic.TopicTrie;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Finds out who receives the events of a topic of class live, and whether all of them can do so from memory. Core
 * thread.
 */
public final class LiveRoutes {
    private final LiveTopics topics;
    private final Dispatcher dispatcher;
    private final Predicate<String> isTopic;
    private final TopicTrie<Object> kept = new TopicTrie<>();

    /** From now on {@code topics} know their receivers. Before anybody is attached. */
    public LiveRoutes(LiveTopics topics, Dispatcher dispatcher, Predicate<String> isTopic) {
        this.topics = topics;
        this.dispatcher = dispatcher;
        this.isTopic = isTopic;
        dispatcher.routes().onChange(topics::stale);
        topics.start(topic -> dispatcher.command(() -> find(topic)));
    }

    /** As {@link io.waxwing.bus.spi.EventBus#keep}. Any thread. */
    @SuppressWarnings("ReferenceEquality") // That very one.
    public Runnable keep(TopicFilter filter, Runnable inForce) {
        Object by = new Object();
        dispatcher.command(() -> {
            kept.add(filter, by);
            topics.stale(filter);
            inForce.run();
        });
        return () -> dispatcher.command(() -> {
            kept.remove(filter, each -> each == by);
            topics.stale(filter);
        });
    }

    private boolean isKept(String topic) {
        boolean[] found = new boolean[1];
        kept.match(topic, by -> found[0] = true);
        return found[0];
    }

    private void find(LiveTopic topic) {
        if (!isTopic.test(topic.name())) {
            topic.unknown();
            return;
        }
        if (isKept(topic.name())) {
            topic.written();
            return;
        }
        List<Receiver> receivers = new ArrayList<>();
        for (Route route : dispatcher.routes().of(topic.name())) {
            if (route.to().isForLedgerOnly()) {
                continue;
            }
            Receiver receiver = route.to() instanceof AttachedSubscriber to ? to.receiver(route.matched()) : null;
            if (receiver == null) {
                topic.written();
                return;
            }
            receivers.add(receiver);
        }
        topic.direct(receivers);
    }
}
