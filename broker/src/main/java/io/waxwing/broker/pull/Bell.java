package io.waxwing.broker.pull;

import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.spi.Subscriber;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Rings once when there is something for a subscription, and takes nothing: consumers fetch it from the store. */
final class Bell implements Subscriber {
    private final Runnable ring;
    private final Consumer<Refusal> refused;
    private final AtomicBoolean rung = new AtomicBoolean();

    Bell(Runnable ring, Consumer<Refusal> refused) {
        this.ring = ring;
        this.refused = refused;
    }

    @Override
    public void onSubscribed(long token) {}

    @Override
    public void onUnsubscribed(long token, boolean existed) {}

    @Override
    public boolean offer(Delivery delivery) {
        if (rung.compareAndSet(false, true)) {
            ring.run();
        }
        return false;
    }

    @Override
    public boolean isReader() {
        return false;
    }

    @Override
    public void onTurnEnd() {}

    @Override
    public void onRefused(Refusal refusal) {
        refused.accept(refusal);
    }
}
