package io.waxwing.broker.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waxwing.broker.sim.MemoryColumns;
import io.waxwing.bus.delivery.Acknowledgement;
import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.event.Payload;
import io.waxwing.bus.event.SessionMark;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.spi.AckSink;
import io.waxwing.bus.topic.AckPolicy;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.bus.topic.TopicPolicy;
import io.waxwing.ledger.hash.Hash;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Admission in front of a journal that takes nothing: what was admitted stays counted. */
class IntakeTest {
    private static final TopicPolicy ORDERED = new TopicPolicy(DeliveryClass.ORDERED, AckPolicy.ORDERED);

    private static TopicPolicy policy(String topic) {
        if (topic.startsWith("local/")) {
            return new TopicPolicy(DeliveryClass.LOCAL, AckPolicy.ACCEPTED);
        }
        return topic.startsWith("c/") ? ORDERED.of("contracts") : ORDERED;
    }

    private final List<Long> acknowledged = new ArrayList<>();
    private final HeldShares held = new HeldShares(4096);
    private final List<String> refused = new ArrayList<>();
    private final Intake intake = new Intake(
            new Topics(
                    new MemoryColumns(),
                    IntakeTest::policy,
                    10,
                    (topic, audience) -> Hash.ZERO,
                    new AudienceNames(Map.of("contracts", 2L), id -> id < 3, id -> id < 3),
                    () -> 1),
            new IntakeMetrics(new SimpleMeterRegistry()),
            64,
            100,
            held,
            new HeldBytes(1),
            Thread::new);

    private final class Sink implements AckSink {
        @Override
        public void acknowledged(long token, Acknowledgement acknowledgement) {
            acknowledged.add(token);
        }

        @Override
        public void refused(long token, Refusal refusal) {
            refused.add(refusal.code().text() + " " + refusal.detail());
        }
    }

    private boolean publish(String topic, Map<String, String> headers) {
        EventDraft draft =
                new EventDraft(topic, Attributes.of(headers), Payload.utf8("x"), 1, false, false, null, "", 1);
        return intake.publish(draft, 1, new Sink());
    }

    @Test
    void noPublisherSaysWhatOnlyTheNodeSaysThatTakesAnEvent() {
        assertThat(publish("t", Map.of("wxw-qos", "2"))).isTrue();
        assertThat(refused).singleElement().asString().startsWith("WXW-1004").contains("wxw-qos");
        assertThat(publish("t", Map.of("wxwqos", "2"))).isTrue();
        assertThat(refused).hasSize(1);
    }

    @Test
    void whoLeavesAMarkIsNotAnsweredBeforeTheJournalHasIt() {
        EventDraft draft =
                new EventDraft("local/t", Attributes.of(Map.of()), Payload.utf8("x"), 2, false, false, null, "", 1);
        assertThat(intake.publish(draft, 1, new Sink())).isTrue();
        assertThat(intake.publish(draft.marked(new SessionMark("s", 7)), 2, new Sink()))
                .isTrue();
        assertThat(acknowledged).as("nothing has run the journal").containsExactly(1L);
        assertThat(refused).isEmpty();
    }

    @Test
    void tinyEventsFillTheLimitByWhatTheyTakeInMemoryAndEachAudienceHasItsShare() {
        held.divide(2);
        int admitted = 0;
        while (publish("c/1", Map.of())) {
            admitted++;
        }
        assertThat(admitted).isEqualTo((int) (2048 / HeldBytes.of("c/1".length() + 1)));
        List<String> resumed = new ArrayList<>();
        intake.whenRoom("c/1", () -> resumed.add("c/1"));
        assertThat(resumed).isEmpty();
        assertThat(publish("t", Map.of())).isTrue();
        intake.whenRoom("t", () -> resumed.add("t"));
        assertThat(resumed).containsExactly("t");
    }
}
