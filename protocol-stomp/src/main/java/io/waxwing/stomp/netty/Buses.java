package io.waxwing.stomp.netty;

import io.waxwing.bus.spi.EventBus;
import io.waxwing.stomp.queue.Queues;

/** Where the events of a node come from and go to. */
public record Buses(EventBus events, Queues queues) {}
