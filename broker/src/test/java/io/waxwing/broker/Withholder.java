package io.waxwing.broker;

import io.waxwing.ledger.spi.PeerLinks;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Links of a node that signs for payloads and gives them to nobody, or gives other chunks of files than are asked for.
 */
final class Withholder implements PeerLinks {
    private static final int PUSH = 1;
    private static final int CHUNK = 4;

    private final PeerLinks links;
    private final BooleanSupplier withholds;
    private final BooleanSupplier lies;

    Withholder(PeerLinks links, BooleanSupplier withholds, BooleanSupplier lies) {
        this.links = links;
        this.withholds = withholds;
        this.lies = lies;
    }

    @Override
    public List<Integer> peers() {
        return links.peers();
    }

    @Override
    public boolean send(int peer, Channel channel, byte[] frame) {
        boolean held = channel == Channel.PAYLOAD && frame[0] == PUSH && withholds.getAsBoolean();
        boolean lie = channel == Channel.FILE && frame[0] == CHUNK && lies.getAsBoolean();
        return held || links.send(peer, channel, lie ? otherBytes(frame) : frame);
    }

    private static byte[] otherBytes(byte[] frame) {
        byte[] other = frame.clone();
        other[other.length - 1] ^= 1;
        return other;
    }

    @Override
    public void receive(Channel channel, Receiver receiver) {
        links.receive(channel, receiver);
    }

    @Override
    public boolean isUp(int peer, Channel channel) {
        return links.isUp(peer, channel);
    }

    @Override
    public void onUp(UpListener listener) {
        links.onUp(listener);
    }
}
