package io.waxwing.broker.dispatch;

import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.topic.TopicFilter;
import io.waxwing.bus.topic.TopicTrie;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * From topic to subscribers: a trie of filters, and what it answered for the topics seen last. Devices publish to the
 * same topics again and again, so most answers come from memory.
 */
final class Routes {
    /** Topics whose answer is remembered. */
    static final int MAX_REMEMBERED = 16_384;

    private final TopicTrie<Entry> trie = new TopicTrie<>();
    private final Map<String, List<Route>> remembered = new HashMap<>();
    private int followed;
    private Consumer<TopicFilter> changes = filter -> {};

    /** Who gets events that match. */
    interface Target {
        /** An event that was dispatched; {@code matched} is empty for a target without subscriptions of its own. */
        void deliver(Event event, List<Subscription> matched);

        /** What never comes to the ledger is nothing to it. */
        default boolean isForLedgerOnly() {
            return false;
        }
    }

    private record Entry(Target to, @Nullable Subscription subscription) {}

    /** Is told of filters whose targets change, before the targets themselves hear of it. */
    void onChange(Consumer<TopicFilter> told) {
        changes = told;
    }

    /** A target of these filters can take less than before, or more. */
    void changed(Iterable<TopicFilter> filters) {
        filters.forEach(changes);
    }

    void add(Target to, Subscription subscription) {
        add(subscription.filter(), new Entry(to, subscription));
    }

    /** A target that knows itself whose subscription it serves. */
    void add(Target to, TopicFilter filter) {
        add(filter, new Entry(to, null));
    }

    /** The same for one of the node itself, which is no subscriber. */
    void follow(Target to, TopicFilter filter) {
        add(to, filter);
        followed++;
    }

    private void add(TopicFilter filter, Entry entry) {
        trie.add(filter, entry);
        remembered.clear();
        changes.accept(filter);
    }

    @SuppressWarnings("ReferenceEquality") // That very target; another one may look like it.
    void remove(Target to, TopicFilter filter) {
        trie.remove(filter, entry -> entry.to() == to);
        remembered.clear();
        changes.accept(filter);
    }

    List<Route> of(String topic) {
        List<Route> known = remembered.get(topic);
        if (known != null) {
            return known;
        }
        Map<Target, List<Subscription>> matched = new LinkedHashMap<>();
        trie.match(topic, entry -> {
            List<Subscription> its = matched.computeIfAbsent(entry.to(), unused -> new ArrayList<>(1));
            if (entry.subscription() != null) {
                its.add(entry.subscription());
            }
        });
        List<Route> routes = new ArrayList<>(matched.size());
        matched.forEach((to, subscriptions) -> routes.add(new Route(to, List.copyOf(subscriptions))));
        if (remembered.size() >= MAX_REMEMBERED) {
            remembered.clear();
        }
        remembered.put(topic, routes);
        return routes;
    }

    /** Of subscribers. */
    int size() {
        return trie.size() - followed;
    }
}
