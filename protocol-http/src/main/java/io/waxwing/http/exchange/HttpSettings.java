package io.waxwing.http.exchange;

/**
 * Every bound of the HTTP port, by name.
 *
 * @param maxRequestBytes largest request body; beyond it 413
 * @param maxBatchEvents most events in one CloudEvents batch
 * @param maxRequestLineBytes longest request line; beyond it 414
 * @param maxHeaderBytes all headers of one request together; beyond it 431
 * @param maxConnections open connections; further ones are closed
 * @param headTimeoutMs until a request's line and headers are there, TLS included; beyond it the connection ends
 * @param requestTimeoutMs until a request's body is there; beyond it 408
 * @param idleTimeoutMs a connection without a request is closed
 * @param defaultWaitMs how long a publisher waits for its acknowledgement unless it says otherwise
 * @param maxWaitMs longest such wait
 * @param maxStreams open SSE streams; beyond it 429
 * @param streamBufferEvents events queued for one slow stream before it is read from the store instead
 * @param streamBufferBytes payload bytes queued for one slow stream, likewise
 * @param streamHeartbeatMs a comment line goes out this often
 * @param streamRetryMs what an EventSource is told to wait before it reconnects
 * @param maxPageEvents largest {@code limit} of a page
 * @param maxPageBytes a page ends early after this many payload bytes
 * @param slowReadThreads threads that read the store for requests
 * @param slowReadQueue requests that may wait for such a thread; beyond it 503
 */
public record HttpSettings(
        long maxRequestBytes,
        int maxBatchEvents,
        int maxRequestLineBytes,
        int maxHeaderBytes,
        int maxConnections,
        long headTimeoutMs,
        long requestTimeoutMs,
        long idleTimeoutMs,
        long defaultWaitMs,
        long maxWaitMs,
        int maxStreams,
        int streamBufferEvents,
        int streamBufferBytes,
        long streamHeartbeatMs,
        long streamRetryMs,
        int maxPageEvents,
        long maxPageBytes,
        int slowReadThreads,
        int slowReadQueue) {
    public HttpSettings {
        positive(maxRequestBytes, "maxRequestBytes");
        positive(maxBatchEvents, "maxBatchEvents");
        positive(maxRequestLineBytes, "maxRequestLineBytes");
        positive(maxHeaderBytes, "maxHeaderBytes");
        positive(maxConnections, "maxConnections");
        positive(headTimeoutMs, "headTimeoutMs");
        positive(requestTimeoutMs, "requestTimeoutMs");
        positive(idleTimeoutMs, "idleTimeoutMs");
        positive(defaultWaitMs, "defaultWaitMs");
        positive(maxWaitMs, "maxWaitMs");
        positive(maxStreams, "maxStreams");
        positive(streamBufferEvents, "streamBufferEvents");
        positive(streamBufferBytes, "streamBufferBytes");
        positive(streamHeartbeatMs, "streamHeartbeatMs");
        positive(streamRetryMs, "streamRetryMs");
        positive(maxPageEvents, "maxPageEvents");
        positive(maxPageBytes, "maxPageBytes");
        positive(slowReadThreads, "slowReadThreads");
        positive(slowReadQueue, "slowReadQueue");
    }

    /** What is in force without configuration. */
    public static HttpSettings defaults() {
        return new HttpSettings(
                1 << 20, 4096, 8192, 32 * 1024, 10_000, 10_000, 15_000, 60_000, 10_000, 60_000, 1000, 64, 1 << 20,
                15_000, 2_000, 1000, 4 << 20, 2, 256);
    }

    /** The same for other deadlines of a request. */
    public HttpSettings withTimeouts(long headMs, long requestMs) {
        return new HttpSettings(
                maxRequestBytes,
                maxBatchEvents,
                maxRequestLineBytes,
                maxHeaderBytes,
                maxConnections,
                headMs,
                requestMs,
                idleTimeoutMs,
                defaultWaitMs,
                maxWaitMs,
                maxStreams,
                streamBufferEvents,
                streamBufferBytes,
                streamHeartbeatMs,
                streamRetryMs,
                maxPageEvents,
                maxPageBytes,
                slowReadThreads,
                slowReadQueue);
    }

    /** The same for other beats of streams and WebSocket connections. */
    public HttpSettings withStreamHeartbeat(long heartbeatMs) {
        return new HttpSettings(
                maxRequestBytes,
                maxBatchEvents,
                maxRequestLineBytes,
                maxHeaderBytes,
                maxConnections,
                headTimeoutMs,
                requestTimeoutMs,
                idleTimeoutMs,
                defaultWaitMs,
                maxWaitMs,
                maxStreams,
                streamBufferEvents,
                streamBufferBytes,
                heartbeatMs,
                streamRetryMs,
                maxPageEvents,
                maxPageBytes,
                slowReadThreads,
                slowReadQueue);
    }

    private static void positive(long value, String name) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " is " + value + ", want more than 0");
        }
    }
}
