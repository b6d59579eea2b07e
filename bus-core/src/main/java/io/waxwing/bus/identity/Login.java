package io.waxwing.bus.identity;

import org.jspecify.annotations.Nullable;

/**
 * One attempt to come in.
 *
 * @param credentials what is shown
 * @param protocol the word of metrics: mqtt, http, stomp, weevent
 * @param address source address without port
 * @param clientId what the client calls its session; null where the protocol has no such thing
 */
public record Login(
        Credentials credentials,
        String protocol,
        String address,
        @Nullable String clientId) {}
