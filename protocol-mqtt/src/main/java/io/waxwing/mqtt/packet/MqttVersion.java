package io.waxwing.mqtt.packet;

/** The two protocol versions spoken, with the protocol level of CONNECT. */
public enum MqttVersion {
    V3_1_1(4),
    V5(5);

    private final int level;

    MqttVersion(int level) {
        this.level = level;
    }

    /** Protocol level byte of CONNECT. */
    public int level() {
        return level;
    }
}
