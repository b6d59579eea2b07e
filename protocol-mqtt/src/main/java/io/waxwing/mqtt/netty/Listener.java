package io.waxwing.mqtt.netty;

import io.waxwing.bus.spi.EventBus;

/** What the connections of one listener share. */
record Listener(EventBus bus, Sessions sessions, MqttMetrics metrics, MqttSettings settings, ConnectGate gate) {}
