package io.waxwing.http.weevent.socket;

import io.waxwing.bus.spi.Authentication;
import io.waxwing.bus.spi.EventBus;
import io.waxwing.http.exchange.HttpMeters;
import io.waxwing.http.exchange.SlowReads;
import io.waxwing.http.weevent.WeEvent;
import io.waxwing.http.weevent.WeEventSettings;

/** What all connections have in common. */
record Node(
        EventBus bus,
        SlowReads slow,
        Authentication authentication,
        WeEvent.Parts parts,
        WeEventSettings settings,
        HttpMeters meters,
        WeEventMeters weEventMeters) {}
