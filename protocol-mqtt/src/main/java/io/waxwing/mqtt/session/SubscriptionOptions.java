package io.waxwing.mqtt.session;

/**
 * What a subscription means to its session; travels with {@link io.waxwing.bus.delivery.Subscription#options()}.
 *
 * @param qos granted, 0 to 2
 * @param retainAsPublished pass RETAIN on as received
 * @param identifier Subscription Identifier, 0 for none
 * @param withAttributes add CloudEvents attributes to deliveries
 */
record SubscriptionOptions(int qos, boolean retainAsPublished, int identifier, boolean withAttributes) {}
