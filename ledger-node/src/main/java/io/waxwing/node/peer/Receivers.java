package io.waxwing.node.peer;

import io.waxwing.ledger.spi.PeerLinks.Channel;
import io.waxwing.ledger.spi.PeerLinks.Receiver;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Who takes the frames of which channel; each place is given once. Any thread. */
final class Receivers {
    private final Map<Channel, Receiver> receivers = new ConcurrentHashMap<>();

    void set(Channel channel, Receiver receiver) {
        if (receivers.putIfAbsent(channel, receiver) != null) {
            throw new IllegalStateException("the channel " + channel + " has a receiver");
        }
    }

    @Nullable Receiver get(Channel channel) {
        return receivers.get(channel);
    }
}
