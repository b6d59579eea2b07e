package io.waxwing.cli;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Fetches receipts, waiting a little for the checkpoint that will cover a new event. */
final class Receipts {
    private static final int TRIES = 20;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final int UNAVAILABLE = 503;

    private Receipts() {}

    /** The receipt's bytes. @throws CliFailure with exit code 4 if no checkpoint covers the event in time */
    static byte[] fetch(Api api, String eventId, boolean disclose, boolean chain) {
        String path = "/v1/events/" + Api.encode(eventId) + "/receipt?disclose="
                + (disclose ? "topic,headers,publisher,payload" : "none") + (chain ? "&chain=1" : "");
        return whenCovered(api, path);
    }

    /**
     * What {@code path} answers once a checkpoint covers it. @throws CliFailure with exit code 4 if none does in time
     */
    static byte[] whenCovered(Api api, String path) {
        Api.Answer answer = api.tryGet(path);
        for (int i = 1; i < TRIES && answer.status() == UNAVAILABLE; i++) {
            LockSupport.parkNanos(PAUSE_NANOS);
            answer = api.tryGet(path);
        }
        if (answer.status() != 200) {
            throw Api.failure(answer);
        }
        return answer.body();
    }
}
