package io.waxwing.bus.spi;

import io.waxwing.bus.delivery.Delivery;

/**
 * A subscriber that also takes events of class {@code live} from the threads of their publishers, past the bus' own.
 * The methods here may be called from any thread, several at a time, and never wait.
 */
public interface LiveSubscriber extends Subscriber {
    /** There is room for an event of so many bytes. What is offered soon after is taken even if it was the last. */
    boolean hasRoom(int sizeBytes);

    /**
     * One event, which has no position and cannot be found again. It may still come when its subscription has just
     * ended, and before its subscription was answered.
     */
    void offerLive(Delivery delivery);
}
