package io.waxwing.broker.dispatch;

import io.waxwing.bus.delivery.Subscription;
import java.util.List;

/**
 * Where one topic's events go.
 *
 * @param to the subscriber
 * @param matched its subscriptions that match; none of a group, which knows those of its members
 */
record Route(Routes.Target to, List<Subscription> matched) {}
