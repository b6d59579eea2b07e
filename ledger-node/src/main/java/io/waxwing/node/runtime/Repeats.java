package io.waxwing.node.runtime;

import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.chain.LedgerChain;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.control.Registry.Institution;
import io.waxwing.ledger.dispute.Dispute;
import io.waxwing.ledger.hash.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Frames get lost, so what the others may still need of this node is said again: its batches that are not final, and
 * its cosignatures as long as the checkpoint is missing, with the question for that checkpoint, and what it knows of
 * changes that are proposed. What consensus says it repeats itself. Ledger thread.
 */
final class Repeats {
    private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Consensus consensus;
    private final LedgerChain chain;
    private final Checkpoints checkpoints;
    private final Governance governance;
    private final BooleanSupplier alone;
    private long dueNanos;

    Repeats(Consensus consensus, Checkpoints checkpoints, Governance governance, BooleanSupplier alone) {
        this.consensus = consensus;
        this.chain = consensus.chain();
        this.checkpoints = checkpoints;
        this.governance = governance;
        this.alone = alone;
    }

    void start(long nowNanos) {
        dueNanos = nowNanos + EVERY_NANOS;
    }

    /** When there is something to say; Long.MAX_VALUE if there is nothing. */
    long dueNanos() {
        boolean something = chain.waiting().size() > 0
                || checkpoints.awaited() > 0
                || governance.isOpen()
                || chain.disputes().isWaiting();
        return something && !alone.getAsBoolean() ? dueNanos : Long.MAX_VALUE;
    }

    void gather(Turn turn, long nowNanos) {
        if (alone.getAsBoolean() || nowNanos - dueNanos < 0) {
            return;
        }
        dueNanos = nowNanos + EVERY_NANOS;
        turn.spread.addAll(ownBatches());
        turn.noteWanted = checkpoints.awaited();
        turn.said.addAll(checkpoints.unpublished());
        turn.changes.addAll(chain.changes().all());
        turn.disputes.addAll(ownDisputes());
        governance.repeat(turn);
    }

    private List<Dispute> ownDisputes() {
        ByteString own = consensus.identity().keys().origin().publicKey();
        List<Dispute> mine = new ArrayList<>();
        if (chain.disputes().isWaiting()) {
            chain.last().registry().origins().stream()
                    .filter(origin -> origin.key().equals(own))
                    .forEach(origin -> mine.addAll(chain.disputes().by(origin.originId())));
        }
        return mine;
    }

    /** Batches of this institution that are not final. */
    List<BatchReference> ownBatches() {
        Institution institution = consensus.identity().self();
        if (institution == null) {
            return List.of();
        }
        return chain.waiting().all().stream()
                .filter(batch -> {
                    Registry.Origin origin =
                            chain.last().registry().origin(batch.lane().originId());
                    return origin != null && origin.institutionId() == institution.id();
                })
                .toList();
    }
}
