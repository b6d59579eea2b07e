package io.waxwing.mqtt.netty;

import io.waxwing.bus.delivery.Acknowledgement;
import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.spi.AckSink;
import io.waxwing.bus.spi.LiveSubscriber;
import io.waxwing.mqtt.session.DeliveryCost;
import io.waxwing.mqtt.session.DropReason;
import io.waxwing.mqtt.session.MqttSession;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What the bus holds of a connection: answers and deliveries become mail for the connection's event loop. Called on
 * threads of the bus; never waits. A turn of deliveries wakes the loop once.
 */
final class BusSide implements AckSink, LiveSubscriber {
    /** In a long turn the event loop starts before the turn is over. */
    private static final int WAKE_EVERY = 128;

    private final MqttChannel channel;
    private final Mailbox mailbox = new Mailbox();
    private final AtomicBoolean awake = new AtomicBoolean();
    private final QueueBudget budget;
    private final MqttMetrics metrics;
    // Dispatch thread only.
    private int offeredSinceWake;

    BusSide(MqttChannel channel, QueueBudget budget, MqttMetrics metrics) {
        this.channel = channel;
        this.budget = budget;
        this.metrics = metrics;
    }

    QueueBudget budget() {
        return budget;
    }

    /** Sees to it that the mailbox is emptied soon. */
    private void wake() {
        if (!awake.get() && !awake.getAndSet(true)) {
            channel.tell(this::turn);
        }
    }

    private void turn() {
        awake.set(false);
        mailbox.drain();
    }

    @Override
    public void acknowledged(long token, Acknowledgement acknowledgement) {
        if (token != MqttSession.NO_TOKEN) {
            post(() -> channel.onAcknowledged(token, acknowledgement));
        }
    }

    @Override
    public void refused(long token, Refusal refusal) {
        post(() -> channel.onRefused(token, refusal));
    }

    @Override
    public void onSubscribed(long token) {
        onSubscribed(token, 0);
    }

    @Override
    public void onSubscribed(long token, long since) {
        post(() -> channel.onSubscriptionAnswer(token, since));
    }

    @Override
    public void onUnsubscribed(long token, boolean existed) {
        post(() -> channel.onSubscriptionAnswer(token, 0));
    }

    @Override
    public boolean offer(Delivery delivery) {
        int sizeBytes = DeliveryCost.sizeBytes(delivery);
        if (!budget.take(sizeBytes)) {
            wake();
            // D-8: QoS 0 is lost only to a client that does not read, not to an event loop that is a moment behind.
            if (DeliveryCost.qos(delivery) == 0 && !delivery.isShared() && !channel.isWritable()) {
                metrics.dropped(DropReason.QUEUE_FULL);
                return true;
            }
            if (budget.starve(sizeBytes) || !budget.take(sizeBytes)) {
                return false;
            }
        }
        mailbox.post(new Task(() -> channel.onDelivery(delivery)));
        if (++offeredSinceWake >= WAKE_EVERY) {
            offeredSinceWake = 0;
            wake();
        }
        return true;
    }

    @Override
    public boolean hasRoom(int sizeBytes) {
        return budget.hasRoom(sizeBytes);
    }

    @Override
    public void offerLive(Delivery delivery) {
        budget.charge(DeliveryCost.sizeBytes(delivery));
        mailbox.post(new Task(() -> channel.onDelivery(delivery)));
        wake();
    }

    @Override
    public int sharedWindow() {
        return channel.sharedWindow();
    }

    @Override
    public void onTurnEnd() {
        offeredSinceWake = 0;
        if (!mailbox.isEmpty()) {
            wake();
        }
    }

    @Override
    public void onRefused(Refusal refusal) {
        post(() -> channel.onDetached(refusal));
    }

    private void post(Runnable task) {
        mailbox.post(new Task(task));
        wake();
    }

    private static final class Task extends Mailbox.Mail {
        private final Runnable task;

        Task(Runnable task) {
            this.task = task;
        }

        @Override
        void deliver() {
            task.run();
        }
    }
}
