package io.waxwing.broker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.delivery.Subscription.RetainedValues;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.spi.Absence;
import io.waxwing.bus.spi.Attachment;
import io.waxwing.bus.spi.EventBus;
import io.waxwing.bus.spi.Standing;
import io.waxwing.bus.spi.Subscriber;
import io.waxwing.bus.topic.TopicFilter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DispatcherTest extends DispatchBench {
    private static final class Seen implements Subscriber {
        private final List<String> seen = new ArrayList<>();
        private int room = Integer.MAX_VALUE;

        @Override
        public boolean offer(Delivery delivery) {
            if (room == 0) {
                return false;
            }
            room--;
            seen.add(new String(delivery.event().payload().bytes(), StandardCharsets.UTF_8)
                    + (delivery.retained() ? " retained" : ""));
            return true;
        }

        @Override
        public void onSubscribed(long token) {}

        @Override
        public void onUnsubscribed(long token, boolean existed) {}

        @Override
        public void onTurnEnd() {}

        @Override
        public void onRefused(Refusal refusal) {
            throw new AssertionError(refusal);
        }
    }

    private Attachment subscribe(Seen subscriber, StartFrom start, RetainedValues retained) {
        Attachment attachment = dispatcher.attach(subscriber, start);
        attachment.subscribe(new Subscription(TopicFilter.parse("#"), retained, false, "all"), 1);
        return attachment;
    }

    @Test
    void everySubscriberThatIsBehindIsServedThoughTheReadersAreFullAndTheCoreDoesNotSpin() {
        for (int i = 1; i <= 300; i++) {
            publish("t", "e" + i, false);
        }
        List<Seen> subscribers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Seen subscriber = new Seen();
            subscribers.add(subscriber);
            subscribe(subscriber, StartFrom.FIRST, RetainedValues.DO_NOT_SEND);
        }
        dispatcher.doWork(0);
        int refusedBefore = refusedReads;
        assertThat(dispatcher.doWork(0))
                .as("nothing but a full pool is no work")
                .isZero();
        assertThat(refusedReads - refusedBefore).isLessThanOrEqualTo(1);
        settle();
        assertThat(subscribers)
                .allSatisfy(subscriber -> assertThat(subscriber.seen)
                        .hasSize(300)
                        .startsWith("e1", "e2")
                        .endsWith("e300"));
    }

    @Test
    void aRetainedValueComesAfterTheEventsThatTheSubscriberHadMissed() {
        publish("t", "old", false);
        publish("t", "last", true);
        publish("u", "other", false);
        Seen subscriber = new Seen();
        subscriber.room = 1;
        Attachment attachment = subscribe(subscriber, StartFrom.FIRST, RetainedValues.SEND);
        settle();
        assertThat(subscriber.seen).containsExactly("old");
        subscriber.room = Integer.MAX_VALUE;
        attachment.resume();
        settle();
        assertThat(subscriber.seen).containsExactly("old", "last", "other", "last retained");
    }

    @Test
    void theLastEventIsFoundFarBehindTheEndAndASearchForNothingEnds() {
        publish("rare", "found", false);
        for (int i = 0; i < History.MAX_SCANNED + 10; i++) {
            publish("often", "no", false);
        }
        History history = dispatcher.history();
        assertThat(history.read(TopicFilter.parse("rare"), StartFrom.LAST, 10).events())
                .extracting(event -> event.position())
                .containsExactly(1L);
        assertThat(history.read(TopicFilter.parse("never/#"), StartFrom.LAST, 10)
                        .events())
                .isEmpty();
    }

    private final List<Integer> givenUp = new ArrayList<>();

    private final class Away implements Absence {
        @Override
        public boolean keeps(Event event, List<Subscription> matched) {
            return !event.topic().equals("u");
        }

        @Override
        public int eventsMax() {
            return 128;
        }

        @Override
        public long bytesMax() {
            return 1 << 20;
        }

        @Override
        public void onGivenUp(int events) {
            givenUp.add(events);
        }
    }

    private static Subscription all() {
        return new Subscription(TopicFilter.parse("#"), RetainedValues.DO_NOT_SEND, false, "all");
    }

    @Test
    void aSubscriberThatComesBackGetsWhatItMissedAndIsToBeKept() {
        Standing standing = dispatcher.attach(new Away(), -1);
        Seen first = new Seen();
        standing.resume(first);
        publish("t", "before", false);
        standing.subscribe(all(), 1);
        settle();
        publish("t", "live", false);
        publish("t", "unsent", false);
        settle();
        // The subscriber took both, but its connection ended before it had used the second.
        standing.pause(3);
        settle();
        publish("u", "not kept", false);
        publish("t", "missed", false);
        Seen second = new Seen();
        standing.resume(second);
        settle();
        publish("u", "live again", false);
        settle();
        assertThat(first.seen).containsExactly("live", "unsent");
        assertThat(second.seen).containsExactly("unsent", "missed", "live again");
    }

    @Test
    void aRestoredSubscriptionDoesNotSeeWhatWasBeforeIt() {
        publish("t", "e1", false);
        publish("t", "e2", false);
        publish("t", "e3", false);
        Standing standing = dispatcher.attach(new Away(), 2);
        standing.restore(all(), 3);
        settle();
        publish("t", "e4", false);
        Seen subscriber = new Seen();
        standing.resume(subscriber);
        settle();
        assertThat(subscriber.seen).containsExactly("e3", "e4");
    }

    @Test
    void whatComesBetweenTheStartAndTheSubscriptionsReturnIsNotMissed() {
        publish("t", "e1", false);
        Standing standing = dispatcher.attach(new Away(), 2);
        settle();
        publish("t", "e2", false);
        standing.restore(all(), 1);
        settle();
        Seen subscriber = new Seen();
        standing.resume(subscriber);
        settle();
        assertThat(subscriber.seen).containsExactly("e2");
    }

    @Test
    void whoComesBackToAPlaceThatHasEndedIsToldSo() {
        Standing standing = dispatcher.attach(new Away(), -1);
        standing.detach();
        List<String> refused = new ArrayList<>();
        standing.resume(new GroupMember() {
            @Override
            public void onRefused(Refusal refusal) {
                refused.add(refusal.code().text());
            }
        });
        settle();
        assertThat(refused).containsExactly("WXW-2101");
    }

    @Test
    void theOldestAreGivenUpWhenASubscriberIsAwayForLong() {
        Standing standing = dispatcher.attach(new Away(), -1);
        standing.resume(new Seen());
        standing.subscribe(all(), 1);
        settle();
        standing.pause(1);
        settle();
        for (int i = 1; i <= 300; i++) {
            publish("t", "e" + i, false);
        }
        Seen subscriber = new Seen();
        standing.resume(subscriber);
        settle();
        int lost = givenUp.stream().mapToInt(Integer::intValue).sum();
        assertThat(lost).isBetween(300 - 128, 300 - 1);
        assertThat(subscriber.seen)
                .hasSize(300 - lost)
                .startsWith("e" + (lost + 1))
                .endsWith("e300");
    }

    @Test
    void eventsAreFoundAgainByTheReferencesOfTheirDeliveries() {
        publish("t", "one", false);
        publish("t", "two", false);
        List<String> found = new ArrayList<>();
        dispatcher.find(List.of(2L, -1L, 99L), new EventBus.FoundEvents() {
            @Override
            public void found(List<@Nullable Event> events) {
                events.forEach(event -> found.add(
                        event == null ? "-" : new String(event.payload().bytes(), StandardCharsets.UTF_8)));
            }

            @Override
            public void failed(Refusal refusal) {
                throw new AssertionError(refusal);
            }
        });
        settle();
        assertThat(found).containsExactly("two", "one", "-");
    }
}
