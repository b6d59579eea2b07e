package io.waxwing.mqtt.netty;

/**
 * What all clients together may use.
 *
 * @param connections open at a time
 * @param connectionsPerSecond CONNECT packets accepted, on average over a second; 0: no bound
 * @param sessions that outlive their connections
 */
public record ListenerLimits(int connections, int connectionsPerSecond, int sessions) {
    public static final ListenerLimits DEFAULT = new ListenerLimits(10_000, 1_000, 100_000);
}
