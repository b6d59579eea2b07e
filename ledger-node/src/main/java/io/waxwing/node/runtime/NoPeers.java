package io.waxwing.node.runtime;

import io.waxwing.ledger.spi.PeerLinks;
import java.util.List;

/** The links of a node that is alone. */
public final class NoPeers implements PeerLinks {
    @Override
    public List<Integer> peers() {
        return List.of();
    }

    @Override
    public boolean send(int peer, Channel channel, byte[] frame) {
        return false;
    }

    @Override
    public void receive(Channel channel, Receiver receiver) {
        // Nobody is there to send anything.
    }
}
