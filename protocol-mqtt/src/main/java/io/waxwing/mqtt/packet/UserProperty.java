package io.waxwing.mqtt.packet;

/** A name and value pair of MQTT 5; names may repeat and order is kept. */
public record UserProperty(String name, String value) {}
