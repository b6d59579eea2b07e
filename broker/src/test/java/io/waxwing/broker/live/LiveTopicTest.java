package io.waxwing.broker.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.event.Payload;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.spi.LiveSubscriber;
import io.waxwing.bus.topic.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** When an event goes from memory, when through the journal, and when its publisher waits. */
class LiveTopicTest {
    private final List<LiveTopic> asked = new ArrayList<>();
    private final LiveTopics topics = new LiveTopics();
    private final Taker taker = new Taker();

    LiveTopicTest() {
        topics.start(asked::add);
    }

    private static final class Taker implements LiveSubscriber {
        final List<String> taken = new ArrayList<>();
        boolean room = true;

        @Override
        public boolean hasRoom(int sizeBytes) {
            return room;
        }

        @Override
        public void offerLive(Delivery delivery) {
            assertThat(delivery.isLive()).isTrue();
            taken.add(new String(delivery.event().payload().bytes(), java.nio.charset.StandardCharsets.UTF_8));
        }

        @Override
        public void onSubscribed(long token) {}

        @Override
        public void onUnsubscribed(long token, boolean existed) {}

        @Override
        public boolean offer(Delivery delivery) {
            return true;
        }

        @Override
        public void onTurnEnd() {}

        @Override
        public void onRefused(Refusal refusal) {}
    }

    private LiveTopic topic(String name) {
        return Objects.requireNonNull(topics.of(name));
    }

    private static EventDraft draft(String text) {
        return new EventDraft("a/b", Attributes.NONE, Payload.utf8(text), 0, false, false, null, "", 1);
    }

    private List<Receiver> receivers() {
        TopicFilter filter = TopicFilter.parse("a/+");
        return List.of(new Receiver(
                taker, List.of(new Subscription(filter, Subscription.RetainedValues.DO_NOT_SEND, false, "o"))));
    }

    @Test
    void whoPublishesFirstAsksOnceForTheReceiversAndIsCalledBack() {
        List<String> called = new ArrayList<>();
        LiveTopic topic = topic("a/b");
        assertThat(topic.give(draft("1"))).isEqualTo(LiveTopic.Given.NOT_YET);
        assertThat(topic.give(draft("1"))).isEqualTo(LiveTopic.Given.NOT_YET);
        assertThat(topic.await(() -> called.add("again"))).isTrue();
        assertThat(asked).containsExactly(topic);
        assertThat(called).isEmpty();
        topic.direct(receivers());
        assertThat(called).containsExactly("again");
        assertThat(topic.give(draft("1"))).isEqualTo(LiveTopic.Given.TAKEN);
        assertThat(taker.taken).containsExactly("1");
        assertThat(topic.await(() -> called.add("never")))
                .as("there is nothing to wait for")
                .isFalse();
    }

    @Test
    void whereSomebodyNeedsEventsWrittenTheyAre() {
        LiveTopic topic = topic("a/b");
        topic.written();
        assertThat(topic.give(draft("1"))).isEqualTo(LiveTopic.Given.TO_WRITE);
        topic.entered();
        assertThat(topic.give(draft("2"))).isEqualTo(LiveTopic.Given.TO_WRITE);
        topic.left();
        assertThat(topic.give(draft("3"))).isEqualTo(LiveTopic.Given.TO_WRITE);
        assertThat(taker.taken).isEmpty();
    }

    @Test
    void theFirstEventOfATopicMakesItAndThenItsReceiversAreAskedForAgain() {
        LiveTopic topic = topic("a/b");
        topic.unknown();
        assertThat(topic.give(draft("1"))).isEqualTo(LiveTopic.Given.TO_WRITE);
        topic.entered();
        topic.left();
        assertThat(topic.give(draft("2"))).isEqualTo(LiveTopic.Given.NOT_YET);
        assertThat(asked).containsExactly(topic);
    }

    @Test
    void noEventOvertakesOneThatIsOnItsWayThroughTheJournal() {
        List<String> called = new ArrayList<>();
        LiveTopic topic = topic("a/b");
        topic.direct(receivers());
        topic.entered();
        topic.entered();
        assertThat(topic.give(draft("3"))).isEqualTo(LiveTopic.Given.NOT_YET);
        assertThat(topic.await(() -> called.add("again"))).isTrue();
        topic.left();
        assertThat(topic.give(draft("3"))).isEqualTo(LiveTopic.Given.NOT_YET);
        assertThat(called).isEmpty();
        topic.left();
        assertThat(called).containsExactly("again");
        assertThat(topic.give(draft("3"))).isEqualTo(LiveTopic.Given.TAKEN);
    }

    @Test
    void whatOneReceiverHasNoRoomForIsWrittenAndGivenToNone() {
        Taker other = new Taker();
        LiveTopic topic = topic("a/b");
        List<Receiver> both = new ArrayList<>(receivers());
        both.add(new Receiver(other, both.get(0).matched()));
        topic.direct(both);
        other.room = false;
        assertThat(topic.give(draft("1"))).isEqualTo(LiveTopic.Given.TO_WRITE);
        assertThat(taker.taken).isEmpty();
        other.room = true;
        topic.entered();
        topic.left();
        topic.direct(both);
        assertThat(topic.give(draft("1"))).isEqualTo(LiveTopic.Given.TAKEN);
        assertThat(other.taken).containsExactly("1");
    }

    @Test
    void behindWhatWasWrittenForWantOfRoomOthersAreWrittenTooUntilItIsDelivered() {
        LiveTopic topic = topic("a/b");
        topic.direct(receivers());
        taker.room = false;
        assertThat(topic.give(draft("1"))).isEqualTo(LiveTopic.Given.TO_WRITE);
        topic.entered();
        taker.room = true;
        assertThat(topic.give(draft("2"))).as("not one at a time").isEqualTo(LiveTopic.Given.TO_WRITE);
        topic.left();
        assertThat(topic.give(draft("3"))).isEqualTo(LiveTopic.Given.NOT_YET);
        topic.direct(receivers());
        assertThat(topic.give(draft("3"))).isEqualTo(LiveTopic.Given.TAKEN);
    }

    @Test
    void whereWritingDoesNotEndNobodyWaitsForTheEndOfIt() {
        LiveTopic topic = topic("a/b");
        topic.direct(receivers());
        for (int i = 0; i < 256; i++) {
            topic.entered();
        }
        assertThat(topic.isShut()).isFalse();
        assertThat(topic.give(draft("1"))).isEqualTo(LiveTopic.Given.TO_WRITE);
        for (int i = 0; i < 256; i++) {
            topic.left();
        }
        assertThat(topic.give(draft("2"))).isEqualTo(LiveTopic.Given.TAKEN);
    }

    @Test
    void whoWaitsAlreadyIsCalledBackTooWhereWritingDoesNotEnd() {
        LiveTopic topic = topic("a/b");
        topic.direct(receivers());
        topic.entered();
        int[] calls = new int[1];
        assertThat(topic.await(() -> calls[0]++)).isTrue();
        for (int i = 1; i < 256; i++) {
            assertThat(calls[0]).isZero();
            topic.entered();
        }
        topic.left();
        assertThat(calls[0]).isOne();
        assertThat(topic.give(draft("1"))).isEqualTo(LiveTopic.Given.TO_WRITE);
    }

    @Test
    void whoWaitsAgainIsNotCalledBackAgainAtOnce() {
        int[] calls = new int[1];
        LiveTopic topic = topic("a/b");
        topic.entered();
        Runnable[] again = new Runnable[1];
        again[0] = () -> {
            calls[0]++;
            if (calls[0] < 1_000 && topic.give(draft("will")) != LiveTopic.Given.TAKEN) {
                assertThat(topic.await(again[0])).isTrue();
            }
        };
        again[0].run();
        topic.direct(receivers());
        topics.end();
        assertThat(calls[0]).isLessThan(4);
        topic.left();
        assertThat(taker.taken).containsExactly("will");
    }

    @Test
    void aChangeConcernsTheTopicsThatItsFilterMatches() {
        LiveTopic one = topic("a/b");
        LiveTopic two = topic("a/c");
        one.direct(List.of());
        two.direct(List.of());
        topics.stale(TopicFilter.parse("a/b"));
        assertThat(one.give(draft("1"))).isEqualTo(LiveTopic.Given.NOT_YET);
        assertThat(two.give(draft("1"))).isEqualTo(LiveTopic.Given.TAKEN);
        one.direct(List.of());
        topics.stale(TopicFilter.parse("b/#"));
        assertThat(one.give(draft("1"))).isEqualTo(LiveTopic.Given.TAKEN);
        topics.stale(TopicFilter.parse("a/#"));
        assertThat(one.give(draft("1"))).isEqualTo(LiveTopic.Given.NOT_YET);
        assertThat(two.give(draft("1"))).isEqualTo(LiveTopic.Given.NOT_YET);
    }

    @Test
    void ofManyTopicsAWildcardConcernsAllWithoutALookAtEach() {
        for (int i = 0; i < 1_100; i++) {
            topic("t/" + i).direct(List.of());
        }
        topics.stale(TopicFilter.parse("other/#"));
        assertThat(topic("t/7").give(draft("1"))).isEqualTo(LiveTopic.Given.NOT_YET);
        topics.stale(TopicFilter.parse("t/8"));
        topic("t/7").direct(List.of());
        assertThat(topic("t/7").give(draft("1"))).isEqualTo(LiveTopic.Given.TAKEN);
    }

    @Test
    void withNobodyToAskEverythingIsWritten() {
        assertThat(new LiveTopics().of("a/b")).isNull();
    }
}
