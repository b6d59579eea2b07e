package io.waxwing.broker;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Where a node may listen: without TLS and authentication nobody but this machine may reach it. */
final class ListenerRule {
    private ListenerRule() {}

    /**
     * The address of a listener. {@code authenticated}: it takes only clients with certificates of an issuer that the
     * operator named, and those may come from anywhere.
     *
     * @throws RefusedException WXW-2004 if it is beyond loopback, WXW-2005 if the host is unknown
     */
    static InetAddress check(String name, String host, boolean authenticated) {
        InetAddress address;
        try {
            address = InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new RefusedException(
                    FailureCode.LISTENER_ADDRESS, "listeners." + name + ".host: unknown host " + host);
        }
        if (!address.isLoopbackAddress() && !authenticated) {
            throw new RefusedException(
                    FailureCode.LISTENER_UNSAFE,
                    "listeners." + name + ".host is " + host
                            + ": clients from elsewhere need TLS and authentication; use 127.0.0.1, or mqtts"
                            + " with tls.clients: required");
        }
        return address;
    }
}
