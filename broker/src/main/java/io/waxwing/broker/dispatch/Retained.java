package io.waxwing.broker.dispatch;

import io.waxwing.broker.store.DeliveryIndex;
import io.waxwing.broker.store.StoredEvent;
import io.waxwing.bus.topic.TopicFilter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The last retained value of each topic: which journal event it is. Belongs to the core thread. */
final class Retained {
    private final Map<String, Long> values = new HashMap<>();

    /**
     * One topic's last value.
     *
     * @param topic the topic
     * @param journalSeq the event
     */
    record Value(String topic, long journalSeq) {}

    Retained(DeliveryIndex index) {
        index.forEachRetained(values::put);
    }

    /** Applies one event in the order of delivery; an empty payload removes the topic's value [MQTT-3.3.1-6]. */
    void onDelivered(StoredEvent event, DeliveryIndex index) {
        if (!event.retain() || event.expired()) {
            return;
        }
        if (event.payload().size() == 0) {
            values.remove(event.topic());
            index.clearRetained(event.topic());
        } else {
            values.put(event.topic(), event.journalSeq());
            index.setRetained(event.topic(), event.journalSeq());
        }
    }

    /** These events are void: a topic that has one of them as its value has none any more. True if there was one. */
    boolean onVoid(Collection<Long> journalSeqs, DeliveryIndex index) {
        Set<Long> gone = new HashSet<>(journalSeqs);
        return values.entrySet().removeIf(value -> {
            boolean isVoid = gone.contains(value.getValue());
            if (isVoid) {
                index.clearRetained(value.getKey());
            }
            return isVoid;
        });
    }

    boolean isCurrent(String topic, long journalSeq) {
        Long current = values.get(topic);
        return current != null && current == journalSeq;
    }

    List<Value> matching(TopicFilter filter) {
        List<Value> found = new ArrayList<>();
        if (!filter.hasWildcard()) {
            Long journalSeq = values.get(filter.toString());
            if (journalSeq != null) {
                found.add(new Value(filter.toString(), journalSeq));
            }
            return found;
        }
        values.forEach((topic, journalSeq) -> {
            if (filter.matches(topic)) {
                found.add(new Value(topic, journalSeq));
            }
        });
        return found;
    }

    int size() {
        return values.size();
    }
}
