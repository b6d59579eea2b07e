package io.waxwing.testkit.sim;

import io.waxwing.ledger.simplex.Message;

/** Between a node's core and the network. An honest node says what its core gives; a liar says something else. */
public interface Mouth {
    /** Says what the core gives. */
    Mouth HONEST = SimNode::send;

    /** The core wants this sent to a validator or observer, or to all. */
    void say(SimNode self, int to, Message message);

    /** A verified message arrived, before the core gets it. */
    default void hear(SimNode self, int from, Message message) {}

    /** Time passes; called now and then while the node runs. */
    default void stir(SimNode self) {}
}
