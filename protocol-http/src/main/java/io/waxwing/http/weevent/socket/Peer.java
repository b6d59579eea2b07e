package io.waxwing.http.weevent.socket;

import io.waxwing.bus.identity.Credentials;
import java.util.function.Supplier;

/**
 * Where a connection comes from.
 *
 * @param address without port, for those who limit logins
 * @param place with it, for humans
 * @param certificate what the transport shows of the client, {@link Credentials#NONE} if nothing
 */
record Peer(String address, String place, Supplier<Credentials> certificate) {}
