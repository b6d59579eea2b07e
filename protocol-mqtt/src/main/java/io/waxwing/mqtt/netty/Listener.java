package io.waxwing.mqtt.netty;

import io.waxwing.bus.spi.Authentication;
import io.waxwing.bus.spi.EventBus;

/** What the connections of one listener share. */
record Listener(
        EventBus bus,
        Authentication authentication,
        Sessions sessions,
        MqttMetrics metrics,
        MqttSettings settings,
        ConnectGate gate,
        SystemTopics system) {}
