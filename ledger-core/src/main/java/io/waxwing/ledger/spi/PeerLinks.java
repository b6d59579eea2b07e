package io.waxwing.ledger.spi;

import java.util.List;

/**
 * The links to the other nodes of the consortium, each authenticated as the node that the registry names. A node is
 * named by its originId. Frames of one channel to one peer arrive in order or not at all: a link that breaks loses what
 * was under way, and whoever sends must be able to say it again.
 */
public interface PeerLinks {
    /** Kinds of traffic that must not stand in each other's way. */
    enum Channel {
        CONSENSUS,
        SYNC,
        PAYLOAD,
        /** Goes when nothing else waits. */
        FILE
    }

    /** Every other node, connected or not, in the order of their numbers. Any thread. */
    List<Integer> peers();

    /**
     * Sends a frame, or drops it if there is no link or no room: false. Never waits; any thread.
     *
     * @param frame up to {@link #MAX_FRAME_BYTES}; not to be changed afterwards
     */
    boolean send(int peer, Channel channel, byte[] frame);

    /** Who gets the frames of a channel. To be set once, before the links are opened. */
    void receive(Channel channel, Receiver receiver);

    /** Whether frames of that channel can be sent to that node now. Any thread. */
    default boolean isUp(int peer, Channel channel) {
        return peers().contains(peer);
    }

    /**
     * Who hears that a link has come up: what was sent before is lost. To be set once, before the links are opened.
     * Links that are always up never say so.
     */
    default void onUp(UpListener listener) {}

    int MAX_FRAME_BYTES = 2 * 1024 * 1024;

    /** Hears of links; called on threads of the links and must not wait. */
    @FunctionalInterface
    interface UpListener {
        void onUp(int peer, Channel channel);
    }

    /** Takes frames; called on threads of the links and must not wait. */
    @FunctionalInterface
    interface Receiver {
        void onFrame(int from, byte[] frame);
    }
}
