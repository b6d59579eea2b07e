package io.waxwing.broker.processing;

import io.waxwing.broker.jdbc.Databases;
import io.waxwing.bus.spi.Authentication;
import io.waxwing.bus.spi.EventBus;
import io.waxwing.http.pull.Subscriptions;
import java.util.function.LongSupplier;

/**
 * What rules need of the node.
 *
 * @param institution name of the node's institution, part of the source of what rules make
 */
public record RuleParts(
        EventBus bus,
        Subscriptions subscriptions,
        Authentication authentication,
        Conditions conditions,
        Databases databases,
        String institution,
        ProcessingLimits limits,
        RuleMeters meters,
        LongSupplier clockMs) {}
