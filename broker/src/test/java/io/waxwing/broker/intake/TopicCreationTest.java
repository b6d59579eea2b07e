package io.waxwing.broker.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waxwing.broker.runtime.Answer;
import io.waxwing.broker.sim.MemoryColumns;
import io.waxwing.broker.store.EventJournal;
import io.waxwing.bus.delivery.Acknowledgement;
import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.event.Payload;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.spi.AckSink;
import io.waxwing.bus.topic.AckPolicy;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.bus.topic.TopicPolicy;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.hash.Hash;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TopicCreationTest {
    private static final TopicPolicy ORDERED = new TopicPolicy(DeliveryClass.ORDERED, AckPolicy.ORDERED);
    private static final TopicPolicy LOCAL = new TopicPolicy(DeliveryClass.LOCAL, AckPolicy.DURABLE);
    private static final Refusal LATE = new Refusal(FailureCode.NODE_BUSY, "no answer");

    private final SplittableRandom random = new SplittableRandom(7);
    private final MemoryColumns columns = new MemoryColumns();
    private final Map<String, String> audienceOf = new HashMap<>();
    private final Topics topics = topics();
    private final List<JournaledEvent> durable = new ArrayList<>();
    private final List<Refusal> refused = new ArrayList<>();
    private long free = Long.MAX_VALUE;
    private final JournalDriver journal = new JournalDriver(new Journal(
            new Origins(1, origin -> "origin-" + origin),
            new EventJournal(columns),
            topics,
            new StorageGuard(() -> free, 1),
            new Sink(),
            this::randomHash,
            () -> 1,
            new IntakeMetrics(new SimpleMeterRegistry()),
            () -> {}));

    private Topics topics() {
        return new Topics(
                columns,
                name -> ORDERED.of(audienceOf.getOrDefault(name, "all")),
                3,
                (topic, audience) -> randomHash(),
                new AudienceNames(Map.of("ours", 2L, "theirs", 3L), id -> id < 4, id -> id < 3),
                () -> 1);
    }

    private Hash randomHash() {
        byte[] bytes = new byte[Hash.LENGTH];
        random.nextBytes(bytes);
        return Hash.of(bytes);
    }

    private final class Sink implements DurableSink, AckSink {
        @Override
        public void onDurable(List<JournaledEvent> events) {
            durable.addAll(events);
        }

        @Override
        public void onHeld(HoldRequest request, @Nullable List<JournaledEvent> events) {
            throw new AssertionError("no other node is there");
        }

        @Override
        public void onDuplicate(long journalSeq, AckPolicy wanted, long token, AckSink sink) {
            throw new AssertionError("nothing is repeated here");
        }

        @Override
        public void acknowledged(long token, Acknowledgement acknowledgement) {}

        @Override
        public void refused(long token, Refusal refusal) {
            refused.add(refusal);
        }
    }

    private void publish(String topic, AckPolicy wanted, boolean asked) {
        EventDraft draft = new EventDraft(
                topic,
                Attributes.of(java.util.Map.of()),
                Payload.utf8("x"),
                1,
                false,
                false,
                asked ? wanted : null,
                "",
                1);
        journal.publish(draft, wanted, 1, new Sink());
    }

    private static boolean said(Answer<Boolean> answer) {
        return answer.await(0, TimeUnit.SECONDS, LATE);
    }

    @Test
    void aNewTopicIsAnsweredWhenItIsOnTheDiskAndIsThereAfterARestart() {
        Answer<Boolean> answer = journal.create("a", LOCAL);
        assertThatThrownBy(() -> said(answer)).isInstanceOf(RefusedException.class);
        journal.runGroup();
        assertThat(said(answer)).isTrue();
        assertThat(topics().policyOf("a")).isEqualTo(LOCAL);
    }

    @Test
    void aTopicCreatedInTheGroupOfItsFirstEventHasOneKey() {
        publish("a", AckPolicy.ORDERED, true);
        Answer<Boolean> same = journal.create("a", ORDERED);
        Answer<Boolean> other = journal.create("a", LOCAL);
        journal.runGroup();
        assertThat(said(same)).isFalse();
        assertThatThrownBy(() -> said(other)).hasMessageContaining("exists with class ordered");
        Hash tag = durable.get(0).topicTag();
        assertThat(java.util.Objects.requireNonNull(topics().get("a")).topicTag())
                .isEqualTo(tag);
    }

    @Test
    void anEventAdmittedBeforeItsTopicBecameLocalFollowsTheTopicUnlessItsPublisherAskedForMore() {
        journal.create("a", LOCAL);
        publish("a", AckPolicy.ORDERED, false);
        publish("a", AckPolicy.ORDERED, true);
        journal.runGroup();
        assertThat(durable).hasSize(1);
        assertThat(durable.get(0).wanted()).isEqualTo(AckPolicy.DURABLE);
        assertThat(refused)
                .singleElement()
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(FailureCode.WAIT_IMPOSSIBLE));
    }

    @Test
    void aTopicThatCannotBeWrittenIsRefusedAndForgotten() {
        free = 0;
        Answer<Boolean> answer = journal.create("a", LOCAL);
        journal.runGroup();
        assertThatThrownBy(() -> said(answer)).hasMessageContaining("disk is full");
        assertThat(topics.get("a")).isNull();
        free = Long.MAX_VALUE;
        Answer<Boolean> again = journal.create("a", ORDERED);
        journal.runGroup();
        assertThat(said(again)).isTrue();
    }

    @Test
    void beyondTheLimitOfTheDirectoryTopicsAreRefused() {
        List<Answer<Boolean>> answers = new ArrayList<>();
        for (String name : List.of("a", "b", "c", "d")) {
            answers.add(journal.create(name, LOCAL));
        }
        journal.runGroup();
        assertThat(answers.subList(0, 3))
                .allSatisfy(answer -> assertThat(said(answer)).isTrue());
        assertThatThrownBy(() -> said(answers.get(3))).hasMessageContaining("topics.max");
    }

    private TopicState known(String name, long audienceId) {
        return java.util.Objects.requireNonNull(topics.get(name, audienceId));
    }

    @Test
    void aTopicHasTheAudienceThatTheSettingsSayAndKeepsItOverARestart() {
        audienceOf.put("a", "ours");
        publish("a", AckPolicy.ORDERED, true);
        publish("b", AckPolicy.ORDERED, true);
        journal.runGroup();
        assertThat(durable).extracting(event -> event.stored().lane()).containsExactly(new Lane(1, 2), new Lane(1, 1));
        assertThat(java.util.Objects.requireNonNull(topics().get("a")).audienceId())
                .isEqualTo(2);
        assertThat(topics().policyOf("a").audience()).isEqualTo("ours");
    }

    @Test
    void theAudienceOfATopicThatHasEventsIsNotChangedByTheSettings() {
        publish("a", AckPolicy.ORDERED, true);
        journal.runGroup();
        audienceOf.put("a", "ours");
        publish("a", AckPolicy.ORDERED, true);
        Answer<Boolean> created = journal.create("a", ORDERED.of("2"));
        journal.runGroup();
        assertThat(durable).hasSize(1);
        assertThat(refused)
                .singleElement()
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(FailureCode.AUDIENCE_FIXED));
        assertThatThrownBy(() -> said(created)).hasMessageContaining("belongs to audience 'all', not 'ours'");
    }

    @Test
    void aTopicOfAnAudienceThatThisInstitutionIsNotInIsRefused() {
        audienceOf.put("a", "theirs");
        publish("a", AckPolicy.ORDERED, true);
        Answer<Boolean> foreign = journal.create("b", ORDERED.of("3"));
        Answer<Boolean> unknown = journal.create("b", ORDERED.of("nobodys"));
        Answer<Boolean> ours = journal.create("b", LOCAL.of("2"));
        journal.runGroup();
        assertThat(refused)
                .singleElement()
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(FailureCode.AUDIENCE_FOREIGN));
        assertThatThrownBy(() -> said(foreign)).hasMessageContaining("audience 'theirs'");
        assertThatThrownBy(() -> said(unknown)).hasMessageContaining("is no audience");
        assertThat(said(ours)).isTrue();
        assertThat(topics.policyOf("b").audience()).isEqualTo("ours");
    }

    @Test
    void topicsThatOthersBringCountForThemAndOnesThatArePublishedToHereForThisNode() {
        Topics.NewTopic brought = topics.add("a", null, 2, 7);
        topics.add("b", null, 2, 7);
        topics.add("c", null, 2, 7);
        topics.requireRoom();
        topics.requireRoom(7, 2, List.of("a", "b", "c"));
        topics.requireRoom(8, 2, List.of("d", "e", "f"));
        assertThatThrownBy(() -> topics.requireRoom(7, 2, List.of("d"))).hasMessageContaining("topics.max");
        assertThat(known("a", 2).isForeign()).isTrue();
        assertThat(topics.policyOf("a").audience())
                .as("what another says fixes nothing here")
                .isEqualTo("all");
        publish("a", AckPolicy.ORDERED, true);
        journal.runGroup();
        assertThat(durable.get(0).stored().lane().audienceId()).isEqualTo(1);
        assertThat(topics.get("a")).isSameAs(known("a", 1));
        assertThat(brought.state().topicTag()).isNotEqualTo(known("a", 1).topicTag());
        audienceOf.put("b", "ours");
        publish("b", AckPolicy.ORDERED, true);
        journal.runGroup();
        assertThat(known("b", 2).isForeign()).as("published to here now").isFalse();
        topics.requireRoom(7, 2, List.of("d"));
    }
}
