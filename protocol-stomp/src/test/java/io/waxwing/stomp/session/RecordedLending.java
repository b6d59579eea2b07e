package io.waxwing.stomp.session;

import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.spi.Access;
import io.waxwing.stomp.queue.Queues;
import io.waxwing.stomp.queue.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a session wanted of durable subscriptions, in words. */
final class RecordedLending implements Lending {
    final List<String> story = new ArrayList<>();
    final List<Feed> feeds = new ArrayList<>();

    @Override
    public void consume(Feed feed, Queues.@Nullable Wish wish, Access access) {
        feeds.add(feed);
        story.add("consume " + feed.queue() + (wish == null ? "" : " " + wish.filter() + " " + wish.selector()));
    }

    @Override
    public void settled(Feed feed, Delivery delivery, Verdict verdict) {
        story.add(verdict + " " + new String(delivery.event().payload().bytes()));
    }

    @Override
    public void released(Feed feed, int sizeBytes) {}

    @Override
    public void detach(Feed feed) {
        story.add("detach");
    }

    @Override
    public void remove(String queue, Access access) {
        story.add("remove " + queue);
    }
}
