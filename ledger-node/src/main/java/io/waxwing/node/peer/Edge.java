package io.waxwing.node.peer;

import io.waxwing.ledger.hash.Hash;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What all connections of a node share.
 *
 * @param boot drawn at the start, see {@link Hello}
 * @param peers as the registry has them now
 */
record Edge(
        LocalNode self,
        long boot,
        Supplier<PeerDirectory> peers,
        PeerSettings settings,
        LinkTable table,
        HalfOpen halfOpen,
        Receivers receivers,
        PeerMetrics metrics,
        FaultLog faults) {

    Hello hello(LinkKind kind, int answer, int to) {
        return new Hello(kind, answer, self.ledgerId(), self.originId(), to, boot);
    }

    HelloCheck check() {
        return new HelloCheck(self.ledgerId(), self.originId(), boot);
    }

    Set<Hash> ownPins() {
        return self.pins();
    }

    /** Counts and tells. */
    void fault(LinkFault fault, String who, String text) {
        metrics.fault(fault);
        faults.tell(fault, who, text, System.nanoTime());
    }
}
