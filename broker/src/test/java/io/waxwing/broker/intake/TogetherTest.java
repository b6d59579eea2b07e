package io.waxwing.broker.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waxwing.broker.sim.MemoryColumns;
import io.waxwing.broker.store.EventJournal;
import io.waxwing.bus.delivery.Acknowledgement;
import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.event.Payload;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.spi.AckSink;
import io.waxwing.bus.topic.AckPolicy;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.bus.topic.TopicPolicy;
import io.waxwing.ledger.hash.Hash;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Events that belong together: one write for all of them, or none of them. */
class TogetherTest {
    private final MemoryColumns columns = new MemoryColumns();
    private final SplittableRandom random = new SplittableRandom(3);
    private final HeldShares held = new HeldShares(100_000);
    private final Topics topics = new Topics(
            columns,
            name -> name.startsWith("local")
                    ? new TopicPolicy(DeliveryClass.LOCAL, AckPolicy.ACCEPTED)
                    : new TopicPolicy(DeliveryClass.ORDERED, AckPolicy.ORDERED),
            3,
            (topic, audience) -> randomHash(),
            new AudienceNames(Map.of(), id -> id == 1, id -> id == 1),
            () -> 1);
    private final List<List<String>> groups = new ArrayList<>();
    private final List<String> answers = new ArrayList<>();
    private final IntakeMetrics metrics = new IntakeMetrics(new SimpleMeterRegistry());
    private long free = Long.MAX_VALUE;
    private final Journal journal = new Journal(
            new Origins(1, origin -> "origin-" + origin),
            new EventJournal(columns),
            topics,
            new StorageGuard(() -> free, 1),
            new Sink(),
            this::randomHash,
            () -> 1,
            metrics,
            () -> {});
    private final Intake intake = new Intake(topics, metrics, 64, 200, held, new HeldBytes(1), Thread::new);
    private final JournalDriver driver = new JournalDriver(journal);

    private Hash randomHash() {
        byte[] bytes = new byte[Hash.LENGTH];
        random.nextBytes(bytes);
        return Hash.of(bytes);
    }

    private final class Sink implements DurableSink, AckSink {
        @Override
        public void onDurable(List<JournaledEvent> events) {
            groups.add(events.stream().map(event -> event.stored().topic()).toList());
        }

        @Override
        public void onHeld(HoldRequest request, @Nullable List<JournaledEvent> events) {
            throw new AssertionError("no other node is there");
        }

        @Override
        public void onDuplicate(long journalSeq, AckPolicy wanted, long token, AckSink sink) {
            answers.add(token + " duplicate of " + journalSeq);
        }

        @Override
        public void acknowledged(long token, Acknowledgement acknowledgement) {
            answers.add(token + " " + acknowledgement.reached().word());
        }

        @Override
        public void refused(long token, Refusal refusal) {
            answers.add(token + " " + refusal.code().text());
        }
    }

    private static EventDraft draft(String topic, String id, String content) {
        return new EventDraft(
                topic,
                Attributes.of(Map.of("id", id, "source", "s")),
                Payload.utf8(content),
                1,
                false,
                true,
                AckPolicy.DURABLE,
                "",
                1);
    }

    private void together(EventDraft... drafts) {
        driver.together(List.of(drafts), 1, new Sink());
    }

    @Test
    void theyAreInOneGroupAndEachIsAnswered() {
        together(draft("a", "1", "x"), draft("b", "2", "y"));
        driver.runGroup();
        assertThat(groups).containsExactly(List.of("a", "b"));
        assertThat(answers).containsExactly("1 durable", "2 durable");
    }

    @Test
    void oneThatIsRefusedTakesTheOthersWithIt() {
        together(
                draft("a", "1", "x"),
                draft("b", "2", "x"),
                draft("c", "3", "x"),
                draft("d", "4", "one topic too many"));
        driver.runGroup();
        assertThat(groups).isEmpty();
        assertThat(answers).containsExactly("1 WXW-1010", "2 WXW-1010", "3 WXW-1010", "4 WXW-1010");
    }

    @Test
    void oneWhoseIdentityNamesAnotherEventTakesTheOthersWithIt() {
        driver.publish(draft("a", "1", "first"), AckPolicy.DURABLE, 9, new Sink());
        together(draft("b", "2", "x"), draft("a", "1", "other"));
        driver.runGroup();
        assertThat(groups).containsExactly(List.of("a"));
        assertThat(answers).containsExactly("9 durable", "1 WXW-1104", "2 WXW-1104");
    }

    @Test
    void aRepeatAmongThemIsAnsweredAndDoesNotTearThemApart() {
        driver.publish(draft("a", "1", "first"), AckPolicy.DURABLE, 9, new Sink());
        together(draft("b", "2", "x"), draft("a", "1", "first"), draft("c", "3", "x"));
        driver.runGroup();
        assertThat(groups).containsExactly(List.of("a"), List.of("b", "c"));
        assertThat(answers).containsExactly("9 durable", "2 duplicate of 1", "1 durable", "3 durable");
    }

    @Test
    void withoutRoomOnTheDiskNoneIsThere() {
        free = 0;
        together(draft("a", "1", "x"), draft("b", "2", "x"));
        driver.runGroup();
        assertThat(groups).isEmpty();
        assertThat(answers).containsExactly("1 WXW-2101", "2 WXW-2101");
    }

    @Test
    void admissionRefusesAllForOneAndCountsNothingWithoutRoomForAll() {
        Sink sink = new Sink();
        assertThat(intake.publishTogether(List.of(draft("a", "1", "x"), draft("a", "2", "x".repeat(200))), 5, sink))
                .isTrue();
        assertThat(answers).containsExactly("5 WXW-1101", "6 WXW-1101");
        HeldBytes share = held.of(1);
        share.limit(3 * HeldBytes.of(draft("a", "1", "x").sizeBytes()) - 1);
        assertThat(intake.publishTogether(
                        List.of(draft("a", "1", "x"), draft("a", "2", "x"), draft("a", "3", "x")), 1, sink))
                .isFalse();
        assertThat(share.bytes()).isZero();
        assertThat(intake.publishTogether(List.of(draft("a", "1", "x"), draft("a", "2", "x")), 1, sink))
                .isTrue();
        assertThat(share.bytes()).isPositive();
    }
}
