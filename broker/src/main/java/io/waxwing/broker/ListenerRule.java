package io.waxwing.broker;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Where a node may listen: without TLS and authentication nobody but this machine may reach it. */
final class ListenerRule {
    private ListenerRule() {}

    /**
     * The address of a listener. {@code safe}: clients may come from anywhere, since they show who they are and are
     * encrypted, or the operator has said that they need not be.
     *
     * @throws RefusedException WXW-2004 if it is beyond loopback, WXW-2005 if the host is unknown
     */
    static InetAddress check(String name, String host, boolean safe) {
        InetAddress address;
        try {
            address = InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new RefusedException(
                    FailureCode.LISTENER_ADDRESS, "listeners." + name + ".host: unknown host " + host);
        }
        if (!address.isLoopbackAddress() && !safe) {
            throw new RefusedException(
                    FailureCode.LISTENER_UNSAFE,
                    "listeners." + name + ".host is " + host
                            + ": clients from elsewhere need TLS and authentication; use 127.0.0.1, or mqtts,"
                            + " stomps or https with access.file or tls.clients: required (or access.insecureLan, without TLS)");
        }
        return address;
    }
}
