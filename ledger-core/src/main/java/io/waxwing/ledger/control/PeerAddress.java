package io.waxwing.ledger.control;

import io.waxwing.ledger.failure.MalformedException;

/**
 * Where a node can be reached by the nodes of other institutions: {@code host:port}. The host is a name in lower case
 * or an IPv4 address; an IPv6 address has several spellings, so it is reached by a name.
 */
public record PeerAddress(String host, int port) {
    private static final int MAX_PORT = 65_535;

    public PeerAddress {
        if (!Names.HOST.matcher(host).matches() || port < 1 || port > MAX_PORT) {
            throw malformed(host + ":" + port);
        }
    }

    /** Reads {@code host:port}; throws {@link MalformedException} WXW-3010 for any other spelling. */
    public static PeerAddress parse(String text) {
        int colon = text.indexOf(':');
        String port = text.substring(colon + 1);
        if (colon < 0 || !port.matches("[1-9][0-9]{0,4}")) {
            throw malformed(text);
        }
        return new PeerAddress(text.substring(0, colon), Integer.parseInt(port));
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }

    private static MalformedException malformed(String text) {
        return new MalformedException(
                MalformedException.REGISTRY,
                "a peer's address is <host name in lower case or IPv4>:<port 1 to 65535>, got '" + text + "'");
    }
}
