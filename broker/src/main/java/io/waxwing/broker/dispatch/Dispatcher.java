package io.waxwing.broker.dispatch;

import io.micrometer.core.instrument.MeterRegistry;
import io.waxwing.anchor.batch.ClosedBatch;
import io.waxwing.broker.intake.JournaledEvent;
import io.waxwing.broker.runtime.Agent;
import io.waxwing.broker.store.DeliveryIndex;
import io.waxwing.broker.store.OrderBlock;
import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.spi.Absence;
import io.waxwing.bus.spi.AckSink;
import io.waxwing.bus.spi.Attachment;
import io.waxwing.bus.spi.EventBus;
import io.waxwing.bus.spi.Standing;
import io.waxwing.bus.spi.Subscriber;
import io.waxwing.bus.topic.AckPolicy;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.bus.topic.TopicFilter;
import io.waxwing.ledger.batch.BatchHeader;
import io.waxwing.ledger.execute.Applied;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Delivers: events of class ordered when their block is final, in its order; others as soon as they are durable. Gives
 * each delivery its position on this node, keeps the index by which it is found again, and tells publishers that wait
 * for the order.
 *
 * <p>An agent of the core thread. From elsewhere only {@link #attach}, {@link #nextPosition} and the commands of
 * {@link AttachedSubscriber} come, which are queued.
 */
public final class Dispatcher implements Agent {
    private static final int COMMANDS_PER_TURN = 1024;

    private static final int BLOCKS_PER_TURN = 64;

    private final BatchContents contents;
    private final FinalBlocks blocks;
    private final DeliveryIndex index;
    private final History history;
    private final StoreReads reads;
    private final PastGaps gaps;
    private final Runnable wake;
    private final DispatchMetrics metrics;
    private final Routes routes = new Routes();
    private final Retained retained;
    private final SharedGroups groups;
    private final DuplicateWaiters duplicates;
    private final FinalBatches finals;
    private final Ungranted ungranted;
    private final Verdicts verdicts;
    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final Set<AttachedSubscriber> touched = new LinkedHashSet<>();
    private long atOnceJournalSeq;
    // Read by history from other threads: what is below it is in the index.
    private volatile long nextPosition;

    /**
     * A dispatcher that continues where the index stands.
     *
     * @param audiences says which ones this node is in
     * @param contents finds the events of final batches
     * @param histories makes the history that reads as far as the given position
     * @param readers the pool that reads history; may refuse
     * @param wake makes the core thread look
     * @param rules of those who do not wait for missing payloads
     */
    public Dispatcher(
            LongPredicate audiences,
            BatchContents contents,
            DeliveryIndex index,
            Function<LongSupplier, History> histories,
            Executor readers,
            Runnable wake,
            GapRules rules,
            MeterRegistry registry) {
        this.contents = contents;
        this.index = index;
        this.history = histories.apply(() -> nextPosition);
        this.wake = wake;
        this.metrics = new DispatchMetrics(registry);
        this.reads = new StoreReads(readers, metrics.readersFull);
        this.retained = new Retained(index);
        this.groups = new SharedGroups(this, index);
        this.duplicates = new DuplicateWaiters(index);
        this.ungranted = new Ungranted(rules.rights(), retained, duplicates, registry);
        this.finals = new FinalBatches(index, history::topicByTag, rules.rights());
        DeliveryIndex.Cursor cursor = index.cursor();
        this.blocks = new FinalBlocks(audiences, index.voids()::contains, contents, cursor.height());
        LedgerOrder order = new LedgerOrder(index, rules, history::topicByTag, audiences);
        this.gaps = new PastGaps(order, index, this, blocks, rules.waitNanos());
        history.pastGaps(gaps);
        this.verdicts = new Verdicts(index, contents, duplicates, retained, gaps::onVoid);
        this.atOnceJournalSeq = cursor.journalSeq();
        this.nextPosition = cursor.nextPosition();
        metrics.retained.set(retained.size());
    }

    /**
     * What the ledger has made final already, before anything is delivered.
     *
     * @param toHeight of its last block
     * @param reader gives what a final block did
     * @param search is asked for the payloads of final batches that are not here, perhaps more than once
     */
    public void catchUp(long toHeight, LongFunction<Applied> reader, Consumer<Applied.AppliedBatch> search) {
        gaps.blocks(reader);
        // A verdict stands behind the block that waits for it.
        long seen = index.voids().seenHeight();
        for (long height = blocks.height() + 1; height <= toHeight; height++) {
            Applied applied = reader.apply(height);
            ungranted.onPast(applied);
            if (height > seen) {
                takeVerdicts(applied);
            }
        }
        blocks.catchUp(toHeight, reader, search);
        int delivered = deliverFinal();
        while (delivered > 0) {
            delivered = deliverFinal();
        }
    }

    /** Height of the last block that is in the index. */
    public long height() {
        return blocks.height();
    }

    /** Up to here the journal's events of class sealed and local are in the index. */
    public long atOnceJournalSeq() {
        return atOnceJournalSeq;
    }

    /** The position that the next delivered event gets. Any thread. */
    public long nextPosition() {
        return nextPosition;
    }

    /** As {@link io.waxwing.bus.spi.EventBus#attach}. Any thread. */
    public Attachment attach(Subscriber subscriber, StartFrom start) {
        return subscriber.passesGaps()
                ? new Ahead(subscriber, start, this, gaps)
                : new AttachedSubscriber(subscriber, start, this);
    }

    /** Where a subscriber begins. Reads the disk. */
    long resolve(Subscriber subscriber, TopicFilter filter, StartFrom start) {
        return subscriber instanceof Ahead ahead
                ? ahead.resolve(filter, start)
                : history.resolve(filter, start, subscriber.refusesMissing());
    }

    /** As {@link io.waxwing.bus.spi.EventBus#attach(Absence, long)}. Any thread. */
    public Standing attach(Absence absence, long position) {
        AwayPlace place = new AwayPlace(absence, this::nextPosition);
        command(place::begin);
        return new AttachedSubscriber(place, position, this);
    }

    /** As {@link io.waxwing.bus.spi.EventBus#find}. Any thread. */
    public void find(List<Long> references, EventBus.FoundEvents answer) {
        command(() -> read(() -> {
            try {
                List<@Nullable Event> events = history.find(references);
                command(() -> answer.found(events));
            } catch (RefusedException e) {
                command(() -> answer.failed(e.refusal()));
            }
        }));
    }

    void command(Runnable command) {
        commands.add(command);
        wake.run();
    }

    @Override
    public int doWork(long nowNanos) {
        int work = 0;
        for (; work < COMMANDS_PER_TURN; work++) {
            @Nullable Runnable command = commands.poll();
            if (command == null) {
                break;
            }
            command.run();
        }
        reads.retry();
        if (blocks.hasChanged()) {
            work += deliverFinal();
        }
        work += gaps.doWork(nowNanos);
        metrics.subscriptions.set(routes.size() - groups.size() + groups.members());
        if (!touched.isEmpty()) {
            work++;
            touched.forEach(AttachedSubscriber::turnEnd);
            touched.clear();
        }
        groups.save();
        return work;
    }

    @Override
    public long nextWorkNanos() {
        return gaps.nextWorkNanos();
    }

    /** A group of durable events, from journal: those that do not wait for the ledger are delivered now. */
    public void onDurable(List<JournaledEvent> group) {
        List<JournaledEvent> atOnce = new ArrayList<>();
        for (JournaledEvent event : group) {
            if (event.stored().deliveryClass() != DeliveryClass.ORDERED) {
                atOnce.add(event);
            }
        }
        atOnceJournalSeq = group.get(group.size() - 1).journalSeq();
        contents.seen(atOnceJournalSeq);
        if (atOnce.isEmpty()) {
            return;
        }
        long position = nextPosition;
        OrderBlock block = OrderBlock.create(position, 0, 0, atOnce.size());
        try {
            for (int i = 0; i < atOnce.size(); i++) {
                block.set(i, atOnce.get(i).journalSeq(), 0);
                atOnce.get(i).position(position + i);
                retained.onDelivered(atOnce.get(i).stored(), index);
            }
            index.addOrder(block);
            commit(position + atOnce.size());
        } catch (RefusedException e) {
            throw indexFailed(e);
        }
        atOnce.stream()
                .filter(ungranted::isShownAtOnce)
                .forEach(event -> deliver(History.event(event.stored(), null, 0, event.position())));
    }

    /** A batch was closed: what it holds is kept until it is final. Before its number is bound. */
    public void onClosed(ClosedBatch<JournaledEvent> closed) {
        try {
            contents.keepOwn(closed);
        } catch (RefusedException e) {
            throw indexFailed(e);
        }
    }

    /** A batch that was closed before a restart and is not final. */
    public void onResumed(ClosedBatch<JournaledEvent> closed) {
        contents.keepResumed(closed);
    }

    /** A batch of another node is durable; perhaps one that is waited for. */
    public void onHeld(BatchHeader header, List<JournaledEvent> events) {
        contents.keepHeld(header, events);
        verdicts.onHeld(header, events);
        blocks.onHeld();
        gaps.onHeld();
    }

    /** A block is final: what it orders is indexed, delivered and acknowledged. */
    public void onApplied(Applied applied) {
        ungranted.onApplied(applied);
        takeVerdicts(applied);
        if (blocks.onApplied(applied)) {
            int unused = deliverFinal();
        }
    }

    private void takeVerdicts(Applied applied) {
        if (verdicts.onApplied(applied)) {
            commit(nextPosition);
        }
    }

    /** {@code erasing} says which journalSeqs a block erases; {@code onHeld} hears of batches. Before anything else. */
    public void erasing(Function<Applied, List<Long>> erasing, Runnable onHeld) {
        verdicts.erasing(erasing, onHeld);
    }

    /** Delivers the next final blocks as far as their payloads are here. */
    private int deliverFinal() {
        int delivered = 0;
        for (Applied next = blocks.ready(); next != null; next = blocks.ready()) {
            deliver(next);
            delivered++;
            if (delivered == BLOCKS_PER_TURN) {
                break;
            }
        }
        metrics.behind.set(blocks.behind());
        return delivered;
    }

    private void deliver(Applied applied) {
        FinalBatches.Result result;
        try {
            result = finals.index(applied, nextPosition, this::contentsOf);
            for (FinalBatches.FinalEvent event : result.shown()) {
                retained.onDelivered(event.journaled().stored(), index);
            }
            ungranted.forget(result, index);
            blocks.delivered();
            commit(nextPosition + result.ordered().size());
        } catch (RefusedException e) {
            throw indexFailed(e);
        }
        gaps.onDelivered(applied);
        ungranted.onDelivered(applied, result);
        metrics.ordered.increment(result.all().size());
        result.shown().forEach(event -> deliver(event.event()));
        long now = System.nanoTime();
        for (FinalBatches.FinalEvent event : result.all()) {
            event.acknowledge(now, metrics.orderedDuration);
            ungranted.settle(event);
        }
    }

    private @Nullable List<List<JournaledEvent>> contentsOf(Applied.AppliedBatch batch) {
        if (index.voids().contains(batch.batchLeafIndex())) {
            contents.drop(batch.reference().lane(), batch.reference().batchSeq(), Verdicts.REFUSAL);
            return null;
        }
        return blocks.isOurs(batch) ? contents.take(batch.reference(), () -> nextPosition) : null;
    }

    /** Somebody published an event again. */
    public void onDuplicate(long journalSeq, AckPolicy wanted, long token, AckSink sink) {
        // An event of the ledger is final, or will be; the others are all they will ever be when they are durable.
        try {
            duplicates.add(journalSeq, history.isOnTheLedger(journalSeq), wanted, token, sink);
        } catch (RefusedException e) {
            sink.refused(token, e.refusal());
        }
    }

    private void commit(long newNextPosition) {
        index.commit(new DeliveryIndex.Cursor(blocks.height(), atOnceJournalSeq, newNextPosition));
        nextPosition = newNextPosition;
        metrics.retained.set(retained.size());
    }

    private void deliver(Event event) {
        for (Route route : routes.of(event.topic())) {
            route.to().deliver(event, route.matched());
        }
    }

    /** Nothing of the step may be half there: the core stops, and the next start makes the index again. */
    private IllegalStateException indexFailed(RefusedException e) {
        index.rollback();
        return new IllegalStateException("the delivery index cannot be written: " + e.getMessage(), e);
    }

    void touched(AttachedSubscriber subscriber) {
        touched.add(subscriber);
    }

    void ended(AttachedSubscriber subscriber) {
        touched.remove(subscriber);
    }

    /** Runs a read of the store off the core thread; in the order of asking. */
    void read(Runnable reading) {
        reads.read(reading);
    }

    Routes routes() {
        return routes;
    }

    SharedGroups groups() {
        return groups;
    }

    Retained retained() {
        return retained;
    }

    /** What reads back for this node. */
    public History history() {
        return history;
    }

    DispatchMetrics metrics() {
        return metrics;
    }
}
