package io.waxwing.node.peer;

import io.waxwing.ledger.control.Registry.Node;
import io.waxwing.ledger.hash.Hash;

/** Whether a greeting is of the node that the key behind the connection belongs to. Pure. */
record HelloCheck(Hash ledgerId, int self, long boot) {
    /**
     * What somebody says who dialled this node.
     *
     * @param pin of the key that TLS has proved
     */
    void accepted(Hello hello, Hash pin, PeerDirectory peers) throws LinkException {
        checkBoth(hello);
        if (hello.answer() != 0) {
            throw new LinkException(LinkFault.MALFORMED, "it answers before it was asked");
        }
        Node node = peers.node(hello.from());
        if (node == null) {
            throw new LinkException(LinkFault.UNKNOWN_NODE, "the registry has no node " + hello.from());
        }
        checkKey(node, pin);
        if (hello.from() > self) {
            throw new LinkException(
                    LinkFault.DIRECTION, "node " + hello.from() + " dialled, but the smaller number dials");
        }
    }

    /** What the node answers that this one dialled as {@code node}. */
    void answered(Hello hello, LinkKind kind, Hash pin, Node node) throws LinkException {
        if (hello.answer() != 0) {
            throw new LinkException(LinkFault.REFUSED, "it refuses this node: " + LinkFault.wordOf(hello.answer()));
        }
        checkBoth(hello);
        if (hello.from() != node.originId()) {
            throw new LinkException(LinkFault.WRONG_NODE, "it is node " + hello.from() + ", not " + node.originId());
        }
        if (hello.kind() != kind) {
            throw new LinkException(LinkFault.MALFORMED, "it answers for the other connection");
        }
        checkKey(node, pin);
    }

    private void checkBoth(Hello hello) throws LinkException {
        if (!hello.ledgerId().equals(ledgerId)) {
            throw new LinkException(LinkFault.OTHER_LEDGER, "it is of ledger " + hello.ledgerId());
        }
        if (hello.from() == self || hello.boot() == boot) {
            throw new LinkException(LinkFault.SELF, "it says to be node " + hello.from() + ", as this node does");
        }
        if (hello.to() != self) {
            throw new LinkException(LinkFault.WRONG_NODE, "it looks for node " + hello.to());
        }
    }

    private static void checkKey(Node node, Hash pin) throws LinkException {
        if (!node.pin().equals(pin)) {
            throw new LinkException(
                    LinkFault.WRONG_NODE,
                    "it says to be node " + node.originId() + " but has the key with pin " + pin
                            + ", the registry says " + node.pin());
        }
    }
}
