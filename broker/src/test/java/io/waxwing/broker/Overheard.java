package io.waxwing.broker;

import io.waxwing.ledger.spi.PeerLinks;
import java.io.ByteArrayOutputStream;
import java.util.List;

/** Links that keep everything that comes in on any channel. */
final class Overheard implements PeerLinks {
    private final PeerLinks links;
    private final ByteArrayOutputStream heard;

    Overheard(PeerLinks links, ByteArrayOutputStream heard) {
        this.links = links;
        this.heard = heard;
    }

    @Override
    public List<Integer> peers() {
        return links.peers();
    }

    @Override
    public boolean send(int peer, Channel channel, byte[] frame) {
        return links.send(peer, channel, frame);
    }

    @Override
    public void receive(Channel channel, Receiver receiver) {
        links.receive(channel, (from, frame) -> {
            heard.writeBytes(frame);
            receiver.onFrame(from, frame);
        });
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
