package io.waxwing.anchor.runtime;

import io.waxwing.anchor.availability.AudienceNodes;
import io.waxwing.anchor.batch.BatchBuilder;
import io.waxwing.anchor.batch.ClosedBatch;
import io.waxwing.anchor.batch.DurableEvent;
import io.waxwing.ledger.batch.CarriedEvent;
import io.waxwing.ledger.spi.Ledger;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What an {@link AnchorAgent} works with.
 *
 * @param builder of the lane
 * @param audience of the lane, as this node sees it
 * @param out to the other members
 * @param carried an event as it goes to them
 * @param beforeRecord is told of each closed batch before its number is bound; stores what the batch took
 */
public record AnchorParts<E extends DurableEvent>(
        BatchBuilder<E> builder,
        Ledger ledger,
        AudienceNodes audience,
        PayloadOut out,
        Function<E, CarriedEvent> carried,
        Consumer<ClosedBatch<E>> beforeRecord) {}
