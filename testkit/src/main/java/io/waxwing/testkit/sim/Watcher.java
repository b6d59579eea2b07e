package io.waxwing.testkit.sim;

import io.waxwing.ledger.simplex.Effects;
import io.waxwing.ledger.simplex.Effects.FinalBlock;
import io.waxwing.ledger.simplex.Message;
import io.waxwing.ledger.simplex.VoteRecord;
import java.util.List;

/** An observer outside of the nodes that sees everything and throws {@link Violation} when a law is broken. */
public interface Watcher {
    /** A node has read its disk and made a core, or none if its disk forbids. */
    default void booted(SimNode node) {}

    /** A verified message is about to be given to the core. */
    default void hears(SimNode node, int from, Message message) {}

    /** The core has answered an input; nothing of that is done yet. */
    default void stepped(SimNode node, Effects effects) {}

    /** These records are on the disk for good. */
    default void forced(SimNode node, List<VoteRecord> records) {}

    /** A message leaves the node: what its core gave, or what a liar made of it. */
    default void said(SimNode node, Message message) {}

    /** A final block was applied. */
    default void applied(SimNode node, FinalBlock block) {}
}
