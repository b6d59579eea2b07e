package io.waxwing.bus.event;

import io.waxwing.bus.topic.DeliveryClass;
import org.jspecify.annotations.Nullable;

/**
 * A durable event as it is delivered or read back.
 *
 * @param topic where it was published
 * @param attributes what its publisher committed to; what the bus adds stands beside them, never in them
 * @param payload content
 * @param qos 0 to 2, as published
 * @param deliveryClass of the topic when it was published
 * @param eventId its name; null for class {@code local}, and for {@code sealed} until the batch is final
 * @param orderTimeMs block time in Unix milliseconds; 0 while there is no eventId
 * @param position this node's delivery position, from 1, growing with every event delivered here; 0 if not delivered
 *     yet
 * @param publisher name of the publishing session on this node, or empty (never stored)
 */
public record Event(
        String topic,
        Attributes attributes,
        Payload payload,
        int qos,
        DeliveryClass deliveryClass,
        @Nullable EventId eventId,
        long orderTimeMs,
        long position,
        String publisher) {}
