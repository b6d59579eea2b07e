package io.waxwing.node.peer;

import io.waxwing.ledger.spi.PeerLinks.Channel;
import io.waxwing.ledger.spi.PeerLinks.Receiver;
import io.waxwing.ledger.spi.PeerLinks.UpListener;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Who takes the frames of which channel; each place is given once. Any thread. */
final class Receivers {
    private final Map<Channel, Receiver> receivers = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable UpListener> listener = new AtomicReference<>();

    void set(Channel channel, Receiver receiver) {
        if (receivers.putIfAbsent(channel, receiver) != null) {
            throw new IllegalStateException("the channel " + channel + " has a receiver");
        }
    }

    void setUp(UpListener newListener) {
        if (!listener.compareAndSet(null, newListener)) {
            throw new IllegalStateException("somebody hears already which links are up");
        }
    }

    /** The link with that node is up, for every channel that travels on it. */
    void up(int peer, LinkKind kind) {
        UpListener hears = listener.get();
        for (Channel channel : Channel.values()) {
            if (hears != null && LinkKind.of(channel) == kind) {
                hears.onUp(peer, channel);
            }
        }
    }

    @Nullable Receiver get(Channel channel) {
        return receivers.get(channel);
    }
}
