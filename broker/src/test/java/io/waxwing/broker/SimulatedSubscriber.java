package io.waxwing.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.broker.dispatch.Dispatcher;
import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.spi.Attachment;
import io.waxwing.bus.spi.Subscriber;
import io.waxwing.bus.topic.TopicFilter;
import io.waxwing.testkit.sim.Story;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Subscribes to everything from the first event, with a room that changes, and resumes after what it has seen. */
final class SimulatedSubscriber implements Subscriber {
    private final Map<EventId, String> namesByEventId = new LinkedHashMap<>();
    private final Map<String, Integer> times = new HashMap<>();
    private final Map<String, Set<String>> copies = new HashMap<>();
    private final Map<String, List<Long>> topicSeqs = new HashMap<>();
    private @Nullable Attachment attachment;
    private @Nullable EventId lastOrdered;
    private int room = 2;
    private int replayed;
    private int count;
    private int life;

    void attachTo(Dispatcher dispatcher, StartFrom start) {
        Attachment attached = dispatcher.attach(this, start);
        attachment = attached;
        attached.subscribe(
                new Subscription(TopicFilter.parse("#"), Subscription.RetainedValues.DO_NOT_SEND, false, "everything"),
                1);
    }

    void nodeGone() {
        life++;
        attachment = null;
    }

    /** After the last event that has a name everywhere; sealed and local ones behind it may come again. */
    StartFrom resumeFrom() {
        return lastOrdered == null ? StartFrom.FIRST : new StartFrom.After(lastOrdered);
    }

    void changeRoom(int newRoom) {
        room = newRoom;
        if (attachment != null) {
            attachment.resume();
        }
    }

    @Override
    public void onSubscribed(long token) {
        assertThat(token).isEqualTo(1);
    }

    @Override
    public void onUnsubscribed(long token, boolean existed) {
        throw new AssertionError("nobody unsubscribed");
    }

    @Override
    public boolean offer(Delivery delivery) {
        if (room == 0) {
            return false;
        }
        room = room == Integer.MAX_VALUE ? room : room - 1;
        count++;
        replayed += delivery.replayed() ? 1 : 0;
        Event event = delivery.event();
        String name = String.valueOf(event.attributes().get("id"));
        times.merge(name, 1, Integer::sum);
        copies.computeIfAbsent(name, unused -> new HashSet<>()).add(copyOf(event));
        if (event.eventId() != null && event.topic().length() <= 3) {
            String before = namesByEventId.put(event.eventId(), name);
            assertThat(before).as("law 2: " + event.eventId()).isIn(null, name);
            if (before == null) {
                topicSeqs
                        .computeIfAbsent(event.topic(), unused -> new ArrayList<>())
                        .add(event.eventId().topicSeq());
            }
            lastOrdered = event.eventId();
        }
        return true;
    }

    /** Ordered events are told apart by eventId; of the others a life has one delivery each. */
    private String copyOf(Event event) {
        return event.topic().length() <= 3 ? String.valueOf(event.eventId()) : "one";
    }

    @Override
    public void onTurnEnd() {
        assertThat(life).isNotNegative();
    }

    @Override
    public void onRefused(Refusal refusal) {
        throw new AssertionError("the cursor was refused: " + refusal);
    }

    /** Laws 3 and 7: an ordered topic's events come as 1, 2, 3 … */
    void assertOrderedTopicsGapless(Story story) {
        topicSeqs.forEach((topic, seqs) -> {
            for (int i = 0; i < seqs.size(); i++) {
                assertThat(seqs.get(i))
                        .as("laws 3, 7: topic " + topic + "\n" + story)
                        .isEqualTo(i + 1);
            }
        });
    }

    int timesDelivered(String name) {
        return times.getOrDefault(name, 0);
    }

    int journalCopies(String name) {
        return copies.getOrDefault(name, Set.of()).size();
    }

    String nameOf(EventId eventId) {
        return namesByEventId.getOrDefault(eventId, "");
    }

    List<EventId> orderedEventIds() {
        return List.copyOf(namesByEventId.keySet());
    }

    int replayed() {
        return replayed;
    }

    int count() {
        return count;
    }
}
