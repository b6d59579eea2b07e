package io.waxwing.mqtt.session;

import java.util.List;

/**
 * What a durable session remembers of an event in flight, enough to send the same PUBLISH again after a reconnect.
 *
 * @param reference by which the bus finds the event
 * @param retain the flag it was sent with
 * @param withAttributes it was sent with CloudEvents attributes
 * @param identifiers the subscription identifiers it was sent with
 */
record Sent(long reference, boolean retain, boolean withAttributes, List<Integer> identifiers) {}
