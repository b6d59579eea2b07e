package io.waxwing.stomp.session;

/**
 * Bounds of one connection.
 *
 * @param institution name in the source of events that are no CloudEvents
 * @param connectSeconds from accepting the connection to a complete CONNECT
 * @param shortestBeatMillis heart-beats are never promised or asked for more often
 * @param longestBeatMillis nor more seldom, unless the client does
 * @param subscriptions of one connection
 * @param prefetch events that wait for their ACK when a subscription does not say how many
 * @param maxPrefetch the most that it may say
 * @param queueEvents events that wait for a client that acknowledges nothing, each subscription
 * @param queueBytes bytes that wait or are unacknowledged, each subscription
 * @param publishWindow events that wait for the bus' acknowledgement
 * @param maxDeliver how often an event that is not acknowledged is sent
 * @param transactions open ones of a connection
 * @param transactionEvents of one
 * @param transactionBytes of one
 * @param transactionSeconds longest life of one
 * @param tempQueues of one connection
 */
public record SessionSettings(
        String institution,
        int connectSeconds,
        int shortestBeatMillis,
        int longestBeatMillis,
        int subscriptions,
        int prefetch,
        int maxPrefetch,
        int queueEvents,
        int queueBytes,
        int publishWindow,
        int maxDeliver,
        int transactions,
        int transactionEvents,
        int transactionBytes,
        int transactionSeconds,
        int tempQueues) {
    /** Defaults for an institution. */
    public static SessionSettings of(String institution) {
        return new SessionSettings(
                institution, 10, 500, 60_000, 256, 100, 1_000, 1_000, 4 << 20, 256, 10, 16, 256, 256 << 10, 30, 16);
    }
}
