package io.waxwing.mqtt.session;

/**
 * Bounds and names of the sessions of one listener (mqtt.md section 2).
 *
 * @param institution authority part of the {@code source} given to wrapped events
 * @param receiveMaximum unacknowledged QoS 1 and 2 a client may have towards us; announced
 * @param window in-flight QoS 1 and 2 towards an MQTT 5 client, if it allows that many
 * @param window3 the same towards a 3.1.1 client
 * @param maximumPacketBytes announced to MQTT 5 clients
 * @param keepAliveSecondsMax longest keep alive an MQTT 5 client gets; also its value for 0
 * @param connectSeconds time from accept to a whole CONNECT
 * @param loginSeconds time that judging who a client is may take
 * @param subscriptions per session
 * @param filtersPerSubscribe entries of one SUBSCRIBE that are served
 * @param clientIdBytes longest client identifier
 * @param sessionExpirySeconds longest time a session outlives its connection; 0: none does
 * @param limits what one client may use beyond that
 */
public record SessionSettings(
        String institution,
        int receiveMaximum,
        int window,
        int window3,
        int maximumPacketBytes,
        int keepAliveSecondsMax,
        int connectSeconds,
        int loginSeconds,
        int subscriptions,
        int filtersPerSubscribe,
        int clientIdBytes,
        long sessionExpirySeconds,
        ClientLimits limits) {
    private static final long SEVEN_DAYS = 7 * 24 * 3_600;

    /** The defaults for an institution. */
    public static SessionSettings of(String institution) {
        return new SessionSettings(
                institution, 256, 256, 64, 1 << 20, 1_200, 10, 10, 1_000, 100, 128, SEVEN_DAYS, ClientLimits.DEFAULT);
    }

    public SessionSettings withReceiveMaximum(int maximum) {
        return new SessionSettings(
                institution,
                maximum,
                window,
                window3,
                maximumPacketBytes,
                keepAliveSecondsMax,
                connectSeconds,
                loginSeconds,
                subscriptions,
                filtersPerSubscribe,
                clientIdBytes,
                sessionExpirySeconds,
                limits);
    }

    public SessionSettings withMaximumPacketBytes(int bytes) {
        return new SessionSettings(
                institution,
                receiveMaximum,
                window,
                window3,
                bytes,
                keepAliveSecondsMax,
                connectSeconds,
                loginSeconds,
                subscriptions,
                filtersPerSubscribe,
                clientIdBytes,
                sessionExpirySeconds,
                limits);
    }

    /** The same with another {@link #sessionExpirySeconds}. */
    public SessionSettings withSessionExpirySeconds(long seconds) {
        return new SessionSettings(
                institution,
                receiveMaximum,
                window,
                window3,
                maximumPacketBytes,
                keepAliveSecondsMax,
                connectSeconds,
                loginSeconds,
                subscriptions,
                filtersPerSubscribe,
                clientIdBytes,
                seconds,
                limits);
    }

    /** The same with other limits of a client. */
    public SessionSettings withLimits(ClientLimits other) {
        return new SessionSettings(
                institution,
                receiveMaximum,
                window,
                window3,
                maximumPacketBytes,
                keepAliveSecondsMax,
                connectSeconds,
                loginSeconds,
                subscriptions,
                filtersPerSubscribe,
                clientIdBytes,
                sessionExpirySeconds,
                other);
    }

    /** The same with other times for CONNECT and for judging who sent it. */
    public SessionSettings withEntry(int connectTimeout, int loginTimeout) {
        return new SessionSettings(
                institution,
                receiveMaximum,
                window,
                window3,
                maximumPacketBytes,
                keepAliveSecondsMax,
                connectTimeout,
                loginTimeout,
                subscriptions,
                filtersPerSubscribe,
                clientIdBytes,
                sessionExpirySeconds,
                limits);
    }

    /** The largest window there can be. */
    public int windowMax() {
        return Math.max(window, window3);
    }
}
