package io.waxwing.broker.dispatch;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.waxwing.broker.dispatch.FinalBatches.FinalEvent;
import io.waxwing.broker.dispatch.FinalBatches.Result;
import io.waxwing.broker.grant.RightsGate;
import io.waxwing.broker.intake.JournaledEvent;
import io.waxwing.broker.store.DeliveryIndex;
import io.waxwing.broker.store.StoredEvent;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.grant.Rights;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events that are ordered where their institution had no right to publish: each keeps its place, nobody is shown it,
 * and who waits for it is told. Belongs to the core thread.
 */
final class Ungranted {
    private static final Logger LOG = LoggerFactory.getLogger(Ungranted.class);

    private final RightsGate rights;
    private final Retained retained;
    private final DuplicateWaiters duplicates;
    private final Counter events;

    Ungranted(RightsGate rights, Retained retained, DuplicateWaiters duplicates, MeterRegistry metrics) {
        this.rights = rights;
        this.retained = retained;
        this.duplicates = duplicates;
        this.events = Counter.builder("waxwing.grants.void.events")
                .description("Ordered events that are void: their institution had no right to publish there")
                .register(metrics);
    }

    /** A block that was final at the start and is not delivered. */
    void onPast(Applied applied) {
        rights.onPast(applied);
    }

    /** A block is final. Before anything of it is delivered. */
    void onApplied(Applied applied) {
        rights.onApplied(applied);
    }

    /** Their topics have no value any more; belongs to the index write under way. */
    void forget(Result result, DeliveryIndex index) {
        List<Long> none = of(result);
        if (!none.isEmpty()) {
            boolean unused = retained.onVoid(none, index);
        }
    }

    private static List<Long> of(Result result) {
        return result.all().stream()
                .filter(FinalEvent::ungranted)
                .map(event -> event.journaled().journalSeq())
                .toList();
    }

    /** The block is in the index. */
    void onDelivered(Applied applied, Result result) {
        rights.onDelivered(applied.treeSize());
        int count = of(result).size();
        if (count > 0) {
            events.increment(count);
            LOG.atWarn()
                    .addKeyValue("code", Verdicts.UNGRANTED.code().text())
                    .log("block {} has {} events that their institution may not publish", applied.height(), count);
        }
    }

    /** Tells publishers who said it again what became of it. */
    void settle(FinalEvent event) {
        long journalSeq = event.journaled().journalSeq();
        if (event.ungranted()) {
            duplicates.onVoid(journalSeq, Verdicts.UNGRANTED);
        } else {
            duplicates.onFinal(journalSeq, event.eventId());
        }
    }

    /**
     * Whether an event that is delivered before its order is shown. That of another institution as far as is allowed
     * now: the order decides whether it stays.
     */
    boolean isShownAtOnce(JournaledEvent event) {
        StoredEvent stored = event.stored();
        boolean stands = !stored.held()
                || rights.stands(stored.lane().audienceId(), stored.lane().originId(), stored.topic(), Rights.NOW);
        return stands && !stored.expired();
    }
}
