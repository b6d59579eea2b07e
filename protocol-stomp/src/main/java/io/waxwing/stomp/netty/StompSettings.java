package io.waxwing.stomp.netty;

import io.waxwing.stomp.session.SessionSettings;
import io.waxwing.stomp.wire.WireLimits;

/**
 * What holds for all connections of a node.
 *
 * @param server what clients are told of the server
 * @param wire bounds of reading
 * @param session bounds of sessions
 */
public record StompSettings(String server, WireLimits wire, SessionSettings session) {
    /** Defaults for an institution. */
    public static StompSettings of(String institution) {
        return new StompSettings("waxwing", WireLimits.DEFAULT, SessionSettings.of(institution));
    }
}
