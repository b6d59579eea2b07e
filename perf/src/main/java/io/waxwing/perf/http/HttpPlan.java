package io.waxwing.perf.http;

/**
 * What is published.
 *
 * @param connections each with a topic of its own and one request under way
 * @param batch events of a request, 1 to 1000; more than one are sent as a batch of CloudEvents, one as a plain body
 * @param payloadBytes of an event, 1 to 64 KiB
 * @param perSecond requests of all connections together at a fixed pace; 0: as fast as they are answered
 * @param topicPrefix of the topics, before the connection's number; without slashes
 */
public record HttpPlan(int connections, int batch, int payloadBytes, int perSecond, String topicPrefix) {
    public HttpPlan {
        if (connections < 1 || batch < 1 || batch > 1000 || payloadBytes < 1 || payloadBytes > 64 << 10) {
            throw new IllegalArgumentException("connections, batch or payload out of range");
        }
    }
}
