package io.waxwing.node.runtime;

import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.simplex.Effects;
import io.waxwing.ledger.simplex.Evidence;
import io.waxwing.ledger.simplex.Proposal;
import io.waxwing.ledger.spi.LedgerListener;
import io.waxwing.ledger.spi.PublishedCheckpoint;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells what a turn has done when all of it is on the disk: the listener, the figures, the log. Ledger thread. */
final class Announcer {
    /** A validator has signed two statements that no honest one signs both. */
    static final String LIED = "WXW-3151";

    private static final Logger LOG = LoggerFactory.getLogger(LedgerAgent.class);

    private final LedgerListener listener;
    private final LedgerMetrics metrics;
    private final List<Registry.Institution> validators;

    Announcer(LedgerListener listener, LedgerMetrics metrics, Registry registry) {
        this.listener = listener;
        this.metrics = metrics;
        this.validators = registry.validators();
    }

    void tell(Turn turn, long nowMs) {
        turn.requests.forEach(request -> request.forced().run());
        time(turn);
        turn.evidence.forEach(pair -> LOG.atWarn()
                .addKeyValue("code", LIED)
                .log("{} validator {} lied: {} in view {}", LIED, nameOf(pair), pair.kind(), pair.view()));
        for (Turn.Final done : turn.finals) {
            Applied applied = done.executed().applied();
            metrics.applied(applied, done.bytes(), nowMs);
            done.executed().block().evidence().forEach(pair -> ordered(pair, applied.height()));
            listener.onApplied(applied);
        }
        for (PublishedCheckpoint checkpoint : turn.published) {
            metrics.published(checkpoint, nowMs);
            listener.onCheckpoint(checkpoint);
        }
    }

    private void time(Turn turn) {
        long nowNanos = System.nanoTime();
        for (Effects.Outgoing outgoing : turn.sends) {
            if (outgoing.message() instanceof Proposal proposal) {
                metrics.proposed(proposal.block().blockId(), nowNanos);
            }
        }
        turn.finals.forEach(done -> metrics.finalized(done.executed().block().blockId(), nowNanos));
    }

    private void ordered(Evidence pair, long height) {
        metrics.equivocation(nameOf(pair), pair.kind());
        LOG.atError()
                .addKeyValue("code", LIED)
                .log(
                        "{} block {} proves that validator {} lied: {} in view {}",
                        LIED,
                        height,
                        nameOf(pair),
                        pair.kind(),
                        pair.view());
    }

    private String nameOf(Evidence pair) {
        return validators.get(pair.culprit()).name();
    }
}
