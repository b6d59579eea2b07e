package io.waxwing.mqtt.netty;

/**
 * What the node tells of itself under {@code $SYS/broker}.
 *
 * @param version its own
 * @param intervalMillis between two looks at what has changed; 0: there are no such topics
 */
public record SystemSettings(String version, long intervalMillis) {
    public static final SystemSettings DEFAULT = new SystemSettings("dev", 10_000);
}
