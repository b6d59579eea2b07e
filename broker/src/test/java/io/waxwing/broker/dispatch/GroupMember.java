package io.waxwing.broker.dispatch;

import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.delivery.SharedProgress;
import io.waxwing.bus.delivery.SharedProgress.Step;
import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.spi.Absence;
import io.waxwing.bus.spi.Attachment;
import io.waxwing.bus.spi.Standing;
import io.waxwing.bus.spi.Subscriber;
import io.waxwing.bus.topic.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A subscriber of shared filters that remembers what it was offered and says how far it is when it is told to. */
class GroupMember implements Subscriber {
    final List<Delivery> seen = new ArrayList<>();
    final List<Integer> givenUp = new ArrayList<>();
    int window = 16;
    boolean takes = true;

    @Nullable Attachment attachment;

    private TopicFilter filter = TopicFilter.parse("none");

    static Subscription all(String filter) {
        return new Subscription(TopicFilter.parseShared(filter), Subscription.RetainedValues.SEND, false, "options");
    }

    void subscribe(String text) {
        Subscription subscription = all(text);
        filter = subscription.filter().isShared() ? subscription.filter() : filter;
        Objects.requireNonNull(attachment).subscribe(subscription, 1);
    }

    /** It goes on with a session that has this subscription. */
    void goesOnWith(String text) {
        filter = TopicFilter.parseShared(text);
    }

    void unsubscribe(String text) {
        Objects.requireNonNull(attachment).unsubscribe(TopicFilter.parseShared(text), 1);
    }

    Standing standing(Standing place) {
        attachment = place;
        return place;
    }

    Standing standing() {
        return (Standing) Objects.requireNonNull(attachment);
    }

    void tell(long position, Step step) {
        TopicFilter of = filter.isShared() ? filter : TopicFilter.parseShared("$share/g/t");
        Objects.requireNonNull(attachment).progress(List.of(new SharedProgress(of, position, step)));
    }

    void tellAll(Step step) {
        shared().forEach(position -> tell(position, step));
    }

    List<Long> shared() {
        return seen.stream().filter(Delivery::isShared).map(Delivery::reference).toList();
    }

    List<Long> ordinary() {
        return seen.stream()
                .filter(delivery -> !delivery.isShared())
                .map(Delivery::reference)
                .toList();
    }

    @Override
    public void onSubscribed(long token) {}

    @Override
    public void onUnsubscribed(long token, boolean existed) {}

    @Override
    public boolean offer(Delivery delivery) {
        if (takes) {
            seen.add(delivery);
        }
        return takes;
    }

    @Override
    public int sharedWindow() {
        return window;
    }

    @Override
    public void onTurnEnd() {}

    @Override
    public void onRefused(Refusal refusal) {
        throw new AssertionError(refusal);
    }

    /** Keeps everything, within bounds. */
    final class Away implements Absence {
        @Override
        public boolean keeps(Event event, List<Subscription> matched) {
            return true;
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
}
