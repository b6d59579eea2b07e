package io.waxwing.broker.dispatch;

import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.delivery.Gap;
import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.delivery.Subscription.RetainedValues;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.spi.Attachment;
import io.waxwing.bus.spi.Subscriber;
import io.waxwing.bus.topic.TopicFilter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one subscriber got, over all its connections. */
final class GapClient implements Subscriber {
    final boolean passes;
    final String filter;
    final List<String> seen = new ArrayList<>();
    final List<String> thisTime = new ArrayList<>();
    int room = Integer.MAX_VALUE;
    boolean waiting;
    StartFrom last = StartFrom.FIRST;

    @Nullable Refusal refused;

    @Nullable Attachment attachment;

    GapClient(boolean passes, String filter) {
        this.passes = passes;
        this.filter = filter;
    }

    void attach(GapBench bench, StartFrom start) {
        thisTime.clear();
        Attachment made = bench.dispatcher.attach(this, start);
        made.subscribe(new Subscription(TopicFilter.parse(filter), RetainedValues.DO_NOT_SEND, false, this), 1);
        attachment = made;
        waiting = false;
    }

    private boolean take(String what) {
        if (room == 0) {
            waiting = true;
            return false;
        }
        room--;
        seen.add(what);
        thisTime.add(what);
        return true;
    }

    @Override
    public boolean passesGaps() {
        return passes;
    }

    @Override
    public boolean offer(Delivery delivery) {
        boolean taken = take(text(delivery));
        if (taken && delivery.event().eventId() != null) {
            last = new StartFrom.After(delivery.event().eventId());
        }
        return taken;
    }

    @Override
    public boolean offerLate(Delivery delivery) {
        return take("late " + text(delivery));
    }

    @Override
    public boolean offerGap(Gap gap) {
        boolean taken = take((gap.isVoid() ? "void " : "gap ") + gap.place().leafIndex());
        if (taken && !gap.isVoid()) {
            last = new StartFrom.AfterGap(gap.place().height(), gap.place().leafIndex());
        }
        return taken;
    }

    private static String text(Delivery delivery) {
        return new String(delivery.event().payload().bytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void onSubscribed(long token) {}

    @Override
    public void onUnsubscribed(long token, boolean existed) {}

    @Override
    public void onTurnEnd() {}

    @Override
    public void onRefused(Refusal refusal) {
        refused = refusal;
    }
}
