package io.waxwing.broker;

import io.waxwing.ledger.spi.PeerLinks;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Links of a node that signs for payloads and gives them to nobody. */
final class Withholder implements PeerLinks {
    private static final int PUSH = 1;

    private final PeerLinks links;
    private final BooleanSupplier withholds;

    Withholder(PeerLinks links, BooleanSupplier withholds) {
        this.links = links;
        this.withholds = withholds;
    }

    @Override
    public List<Integer> peers() {
        return links.peers();
    }

    @Override
    public boolean send(int peer, Channel channel, byte[] frame) {
        boolean held = channel == Channel.PAYLOAD && frame[0] == PUSH && withholds.getAsBoolean();
        return held || links.send(peer, channel, frame);
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
