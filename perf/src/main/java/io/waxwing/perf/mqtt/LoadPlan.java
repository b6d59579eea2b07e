package io.waxwing.perf.mqtt;

/**
 * What is sent.
 *
 * @param publishers each with topics of its own
 * @param subscribersPerTopic all of them get every message of their publisher
 * @param qos 0, 1 or 2, of publishing and of subscribing
 * @param window messages of a publisher that are not acknowledged (of QoS 0: not received by all) at most
 * @param payloadBytes 24 at least: they carry when it was sent, by whom, and its number
 * @param perSecond of all publishers together at a fixed pace; 0: as fast as the window allows
 * @param cleanSession false: subscribers have sessions that last, which makes brokers keep what they have acknowledged
 * @param topicPrefix of the topics, before the publisher's number and the topic's
 * @param topics of each publisher, published to in turn; its subscribers get all of them by one filter
 */
public record LoadPlan(
        int publishers,
        int subscribersPerTopic,
        int qos,
        int window,
        int payloadBytes,
        int perSecond,
        boolean cleanSession,
        String topicPrefix,
        int topics) {
    /** A payload has room for three numbers. */
    public static final int LEAST_PAYLOAD = 24;

    /** One topic for each publisher. */
    public LoadPlan(
            int publishers,
            int subscribersPerTopic,
            int qos,
            int window,
            int payloadBytes,
            int perSecond,
            boolean cleanSession,
            String topicPrefix) {
        this(publishers, subscribersPerTopic, qos, window, payloadBytes, perSecond, cleanSession, topicPrefix, 1);
    }

    public LoadPlan {
        if (payloadBytes < LEAST_PAYLOAD || qos < 0 || qos > 2 || window < 1 || window > 60_000) {
            throw new IllegalArgumentException("payload, QoS or window out of range");
        }
    }
}
