package io.waxwing.http.weevent;

import java.util.List;

/**
 * Every bound of WeEvent's paths, by name.
 *
 * @param enabled false: the paths are not there
 * @param contentChars longest content, in characters; WeEvent's own bound is 10240
 * @param connections open STOMP connections; beyond it the next are refused
 * @param subscriptions of one connection
 * @param holdBackMs from a SUBSCRIBE's RECEIPT to its first MESSAGE: the clients drop what comes at once
 * @param messageBytes largest WebSocket message of a client
 * @param connectMs from the upgrade to a good CONNECT
 * @param groups besides group 1
 * @param user whose grants REST and JSON-RPC have that come without credentials; empty: nobody's
 */
public record WeEventSettings(
        boolean enabled,
        int contentChars,
        int connections,
        int subscriptions,
        long holdBackMs,
        int messageBytes,
        long connectMs,
        List<Scope> groups,
        String user) {
    /** WeEvent's own bound, and the default. */
    public static final int CONTENT_CHARS = 10_240;

    public WeEventSettings {
        groups = List.copyOf(groups);
    }

    /** What is in force without configuration. */
    public static WeEventSettings defaults() {
        return new WeEventSettings(true, CONTENT_CHARS, 10_000, 1_000, 60, 256 << 10, 10_000, List.of(), "");
    }
}
