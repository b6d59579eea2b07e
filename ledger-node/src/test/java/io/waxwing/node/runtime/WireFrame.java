package io.waxwing.node.runtime;

import io.waxwing.ledger.spi.PeerLinks;

/** What is under way between two nodes of a {@link Consortium}, and when it arrives. */
record WireFrame(long at, long number, int from, int to, PeerLinks.Channel channel, byte[] bytes)
        implements Comparable<WireFrame> {
    @Override
    public int compareTo(WireFrame other) {
        return at == other.at ? Long.compare(number, other.number) : Long.compare(at, other.at);
    }
}
