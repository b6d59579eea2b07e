package io.waxwing.node.peer;

import io.waxwing.ledger.control.Registry.Node;
import io.waxwing.ledger.hash.Hash;
import java.util.Set;
import java.util.function.Supplier;

/** Whose keys may be behind a connection, by the registry as it is when asked. */
final class Pins {
    private Pins() {}

    /** For connections accepted: the key of any other node. */
    static PinnedTrust.Rule anyOf(Supplier<PeerDirectory> peers, Set<Hash> own) {
        return pin -> {
            if (own.contains(pin)) {
                throw new LinkException(LinkFault.SELF, "it has this node's own key");
            }
            if (!peers.get().knows(pin)) {
                throw unknown(pin);
            }
        };
    }

    /** For connections dialled: the key of the node that was looked for. */
    static PinnedTrust.Rule of(Supplier<Node> node, Supplier<PeerDirectory> peers, Set<Hash> own) {
        return pin -> {
            Node wanted = node.get();
            if (own.contains(pin)) {
                throw new LinkException(
                        LinkFault.SELF,
                        "the address " + wanted.address() + " of node " + wanted.originId() + " leads to this node");
            }
            if (!pin.equals(wanted.pin())) {
                throw peers.get().knows(pin)
                        ? new LinkException(
                                LinkFault.WRONG_NODE,
                                "another node than " + wanted.originId() + " answers at " + wanted.address())
                        : unknown(pin);
            }
        };
    }

    private static LinkException unknown(Hash pin) {
        return new LinkException(LinkFault.UNKNOWN_KEY, "the registry has no node with the key of pin " + pin);
    }
}
