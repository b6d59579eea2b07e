package io.waxwing.node.runtime;

import io.micrometer.core.instrument.MeterRegistry;
import io.waxwing.ledger.spi.PeerLinks;
import io.waxwing.node.start.OpenedLedger;
import io.waxwing.node.store.KeptProposals;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * What a {@link LedgerAgent} works with.
 *
 * @param links to the other nodes
 * @param verify where frames of other nodes are checked; may refuse
 * @param wallClockMs gives milliseconds since 1970
 * @param proposals keeps what the operator has proposed and approved
 */
public record LedgerParts(
        OpenedLedger opened,
        PeerLinks links,
        Executor verify,
        LongSupplier wallClockMs,
        MeterRegistry registry,
        KeptProposals proposals) {
    /** A node that forgets with its process what its operator has approved. */
    public LedgerParts(
            OpenedLedger opened, PeerLinks links, Executor verify, LongSupplier wallClockMs, MeterRegistry registry) {
        this(opened, links, verify, wallClockMs, registry, KeptProposals.forgotten());
    }

    /** A node that is alone. */
    public static LedgerParts alone(OpenedLedger opened, LongSupplier wallClockMs, MeterRegistry registry) {
        if (opened.validators().size() > 1) {
            throw new IllegalArgumentException(
                    "a ledger of " + opened.validators().size() + " needs links");
        }
        return new LedgerParts(opened, new NoPeers(), Runnable::run, wallClockMs, registry);
    }
}
