package io.waxwing.mqtt.packet;

import io.waxwing.bus.event.Payload;

/** The will as it stands in CONNECT (section 3.1.3.2). QoS is 0, 1 or 2; properties are the will's own. */
public record ConnectWill(String topic, Payload payload, int qos, boolean retain, Properties properties) {}
