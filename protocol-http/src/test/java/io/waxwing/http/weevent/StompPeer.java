package io.waxwing.http.weevent;

import io.waxwing.http.fake.TestNode;
import io.waxwing.testkit.peer.StompSocket;
import java.net.URI;

/** A client of a {@link TestNode}. */
final class StompPeer extends StompSocket {
    private StompPeer(URI uri) {
        super(uri);
    }

    /** Connected by WebSocket, and nothing said yet. */
    static StompPeer open(TestNode node, String path) {
        return new StompPeer(URI.create(node.uri(path).toString().replaceFirst("http", "ws")));
    }

    /** Let in. */
    static StompPeer in(TestNode node, Generation generation) {
        StompPeer peer = open(node, "/" + generation.path() + "/stomp");
        peer.connect();
        return peer;
    }
}
