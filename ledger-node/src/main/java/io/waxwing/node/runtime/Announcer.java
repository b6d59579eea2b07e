package io.waxwing.node.runtime;

import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.leaf.VerdictLeaf;
import io.waxwing.ledger.simplex.Effects;
import io.waxwing.ledger.simplex.Evidence;
import io.waxwing.ledger.simplex.Proposal;
import io.waxwing.ledger.spi.LedgerListener;
import io.waxwing.ledger.spi.PublishedCheckpoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells what a turn has done when all of it is on the disk: the listener, the figures, the log. Ledger thread. */
final class Announcer {
    /** A validator has signed two statements that no honest one signs both. */
    static final String LIED = "WXW-3151";
    /** A verdict: payloads are withheld, or something else was published as them. */
    static final String WITHHELD = "WXW-3156";

    private static final Logger LOG = LoggerFactory.getLogger(LedgerAgent.class);

    private final LedgerListener listener;
    private final LedgerMetrics metrics;
    private final KnownEpochs epochs;

    Announcer(LedgerListener listener, LedgerMetrics metrics, KnownEpochs epochs) {
        this.listener = listener;
        this.metrics = metrics;
        this.epochs = epochs;
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
            applied.verdicts().forEach(verdict -> found(verdict.leaf(), applied.height()));
            listener.onApplied(applied);
            listener.onDisputes(done.executed().step().disputes(), applied.height(), applied.orderTimeMs());
            metrics.challenges(done.executed().step().disputes().all().size());
            if (done.executed().block().endsEpoch()) {
                begun(done.executed().block().configs().get(0));
            }
        }
        for (PublishedCheckpoint checkpoint : turn.published) {
            metrics.published(checkpoint, nowMs);
            listener.onCheckpoint(checkpoint);
        }
    }

    private void found(VerdictLeaf verdict, long height) {
        metrics.verdict(verdict.finding());
        LOG.atError()
                .addKeyValue("code", WITHHELD)
                .log(
                        "{} block {} finds {}: batch {} of lane {}, challenged by origin {}; convicted are origins {}",
                        WITHHELD,
                        height,
                        verdict.finding(),
                        verdict.batchSeq(),
                        verdict.lane(),
                        verdict.challengerId(),
                        verdict.culprits());
    }

    private void begun(ConfigLeaf config) {
        int validators = epochs.require(config.epoch()).validators.size();
        LOG.info("epoch {} begins with block {}: {} validators", config.epoch(), config.firstHeight(), validators);
        metrics.validators(validators);
        listener.onEpoch(config);
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
        return epochs.require(pair.epoch())
                .identity
                .registry()
                .validators()
                .get(pair.culprit())
                .name();
    }
}
