package io.waxwing.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.broker.intake.JournalDriver;
import io.waxwing.bus.delivery.Acknowledgement;
import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.event.Payload;
import io.waxwing.bus.event.SessionMark;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.spi.AckSink;
import io.waxwing.bus.topic.AckPolicy;
import io.waxwing.testkit.sim.Story;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/** Publishes events with payloads of their own and remembers what it was told, across the node's lives. */
final class SimulatedPublisher implements AckSink {
    private static final String[] TOPICS = {"a", "b/c", "sealed", "local"};

    private final SplittableRandom random;
    private final Story story;
    private final Map<Long, EventDraft> waiting = new LinkedHashMap<>();
    private final Map<String, EventDraft> acknowledged = new LinkedHashMap<>();
    private final Map<EventId, String> told = new LinkedHashMap<>();
    private final List<EventDraft> unanswered = new ArrayList<>();
    private long nextToken = 1;
    private int life;
    private int refused;
    private int duplicates;

    SimulatedPublisher(SplittableRandom random, Story story) {
        this.random = random;
        this.story = story;
    }

    void publish(JournalDriver journal) {
        boolean again = !acknowledged.isEmpty() && random.nextInt(8) == 0;
        EventDraft draft = again ? anyAcknowledged() : fresh();
        send(draft, journal);
    }

    private EventDraft anyAcknowledged() {
        List<EventDraft> named = acknowledged.values().stream()
                .filter(SimulatedPublisher::isRepeatable)
                .toList();
        return named.isEmpty() ? fresh() : named.get(random.nextInt(named.size()));
    }

    private EventDraft fresh() {
        String name = "e" + nextToken;
        Attributes attributes = Attributes.of(Map.of("id", name, "source", "//sim", "specversion", "1.0", "type", "t"));
        EventDraft draft = new EventDraft(
                TOPICS[random.nextInt(TOPICS.length)],
                attributes,
                Payload.utf8(name + "x".repeat(random.nextInt(100))),
                1,
                random.nextInt(5) == 0,
                random.nextBoolean(),
                null,
                "",
                1);
        // A packet of a durable session, not released for as long as the story lasts.
        boolean marked = !draft.identified() && random.nextBoolean();
        return marked ? draft.marked(new SessionMark("s", (int) nextToken)) : draft;
    }

    private static boolean isRepeatable(EventDraft draft) {
        return draft.identified() || draft.mark() != null;
    }

    private void send(EventDraft draft, JournalDriver journal) {
        long token = nextToken++;
        waiting.put(token, draft);
        AckPolicy wanted = OneNodeStory.policyOf(draft.topic()).ack();
        int sentInLife = life;
        // Answers of an earlier life would reach a publisher whose connection is gone.
        journal.publish(draft, wanted, token, new AckSink() {
            @Override
            public void acknowledged(long answered, Acknowledgement acknowledgement) {
                assertThat(sentInLife).as("an answer from the grave\n" + story).isEqualTo(life);
                SimulatedPublisher.this.acknowledged(answered, acknowledgement);
            }

            @Override
            public void refused(long answered, Refusal refusal) {
                SimulatedPublisher.this.refused(answered, refusal);
            }
        });
    }

    @Override
    public void acknowledged(long token, Acknowledgement acknowledgement) {
        EventDraft draft = Objects.requireNonNull(waiting.remove(token), "answered twice\n" + story);
        story.tell("ack " + nameOf(draft) + " " + acknowledgement);
        acknowledged.put(nameOf(draft), draft);
        duplicates += acknowledgement.duplicate() ? 1 : 0;
        EventId eventId = acknowledgement.eventId();
        if (eventId != null) {
            String before = told.put(eventId, nameOf(draft));
            assertThat(before).as("law 2: " + eventId + "\n" + story).isIn(null, nameOf(draft));
        }
    }

    @Override
    public void refused(long token, Refusal refusal) {
        EventDraft draft = Objects.requireNonNull(waiting.remove(token), "answered twice\n" + story);
        story.tell("refused " + nameOf(draft) + " " + refusal.code());
        refused++;
    }

    /** Connections are gone; what was not answered may or may not have been taken. */
    void nodeGone() {
        life++;
        waiting.values().stream().filter(SimulatedPublisher::isRepeatable).forEach(unanswered::add);
        waiting.clear();
    }

    void retryUnanswered(JournalDriver journal) {
        List<EventDraft> again = List.copyOf(unanswered);
        unanswered.clear();
        again.forEach(draft -> send(draft, journal));
    }

    static String nameOf(EventDraft draft) {
        return String.valueOf(draft.attributes().get("id"));
    }

    /** Laws 4 and 7: what was acknowledged was delivered; under a name of its own, only once. */
    void assertAcknowledgedWereDelivered(SimulatedSubscriber subscriber, Story whole) {
        acknowledged.forEach((name, draft) -> {
            assertThat(subscriber.timesDelivered(name))
                    .as("law 4: " + name + " on " + draft.topic() + "\n" + whole)
                    .isPositive();
            if (isRepeatable(draft)) {
                assertThat(subscriber.journalCopies(name))
                        .as("law 7: " + name + "\n" + whole)
                        .isEqualTo(1);
            }
        });
        assertThat(waiting).as("everybody got an answer\n" + whole).isEmpty();
    }

    /** Law 2. */
    void assertToldEventIdsNameTheirEvents(SimulatedSubscriber subscriber, Story whole) {
        told.forEach((eventId, name) -> {
            String delivered = subscriber.nameOf(eventId);
            if (!delivered.isEmpty()) {
                assertThat(delivered).as("law 2: " + eventId + "\n" + whole).isEqualTo(name);
            }
        });
    }

    int acknowledged() {
        return acknowledged.size();
    }

    int refused() {
        return refused;
    }

    int duplicates() {
        return duplicates;
    }
}
