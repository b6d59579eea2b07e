package io.waxwing.http.weevent;

import io.waxwing.bus.spi.ActLog;
import io.waxwing.bus.spi.Authentication;
import io.waxwing.bus.spi.EventBus;
import io.waxwing.bus.spi.EventReader;
import io.waxwing.bus.spi.TopicDirectory;
import io.waxwing.http.exchange.HttpMeters;
import io.waxwing.http.exchange.HttpSettings;
import io.waxwing.http.exchange.Origins;
import io.waxwing.http.exchange.SlowReads;

/**
 * What WeEvent's paths need of the node.
 *
 * @param institution name of the node's institution
 * @param idPrefix differs at every start of the node
 * @param acts where it is written down that somebody opened a topic
 * @param origins pages that may connect by WebSocket or SockJS
 * @param pages pages that may do the rest
 */
public record Environment(
        EventBus bus,
        EventReader reader,
        TopicDirectory directory,
        Chain chain,
        SlowReads slow,
        HttpMeters meters,
        HttpSettings http,
        WeEventSettings settings,
        String institution,
        String idPrefix,
        Authentication authentication,
        ActLog acts,
        Origins origins,
        Origins pages) {}
