package io.waxwing.broker.intake;

import com.lmax.disruptor.BlockingWaitStrategy;
import com.lmax.disruptor.InsufficientCapacityException;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.TimeoutException;
import com.lmax.disruptor.dsl.Disruptor;
import com.lmax.disruptor.dsl.ProducerType;
import io.waxwing.broker.live.LiveTopic;
import io.waxwing.broker.runtime.Answer;
import io.waxwing.bus.delivery.Acknowledgement;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.spi.AckSink;
import io.waxwing.bus.spi.Admission;
import io.waxwing.bus.topic.AckPolicy;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.bus.topic.Topic;
import io.waxwing.bus.topic.TopicPolicy;
import io.waxwing.ledger.commit.BoundHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Admission and the ring in front of journal. Event loops come in here; nothing waits: a full ring is an answer, and
 * who got it is called back when there is room.
 */
public final class Intake {
    private static final long DRAIN_SECONDS = 5;

    private static final long CREATION_SECONDS = 10;

    private final Topics topics;
    private final IntakeMetrics metrics;
    private final int maxEventBytes;
    private final HeldShares held;
    private final HeldBytes entrusted;
    private final ThreadFactory journalThread;
    private final Disruptor<IntakeSlot> disruptor;
    private final RingBuffer<IntakeSlot> ring;
    private volatile Admission admission = Admission.EVERYTHING;
    private volatile @Nullable Thread journal;
    private volatile boolean closing;

    /**
     * An intake whose journal is attached with {@link #start}.
     *
     * @param ringSlots a power of two
     * @param maxEventBytes largest event: topic, headers and payload
     * @param held counts what is between here and the ledger, for each audience
     * @param entrusted counts what other nodes' batches have between here and the disk: a share of their own, so that
     *     two institutions cannot block each other in a circle
     */
    public Intake(
            Topics topics,
            IntakeMetrics metrics,
            int ringSlots,
            int maxEventBytes,
            HeldShares held,
            HeldBytes entrusted,
            ThreadFactory journalThread) {
        this.topics = topics;
        this.metrics = metrics;
        this.maxEventBytes = maxEventBytes;
        this.held = held;
        this.entrusted = entrusted;
        this.journalThread = journalThread;
        // Blocking: on few cores a spinning consumer takes the core its producers need.
        this.disruptor = new Disruptor<>(
                IntakeSlot::new, ringSlots, this::remembered, ProducerType.MULTI, new BlockingWaitStrategy());
        this.ring = disruptor.getRingBuffer();
    }

    private Thread remembered(Runnable work) {
        Thread made = journalThread.newThread(work);
        journal = made;
        return made;
    }

    /**
     * From now on events are taken only if this has nothing against them. What the node itself publishes is not judged.
     */
    public void admit(Admission by) {
        admission = by;
    }

    /** Starts the journal thread. {@code onFailure} is told if the journal stops by a mistake of ours. */
    public void start(Journal journal, Consumer<Throwable> onFailure) {
        disruptor.setDefaultExceptionHandler(new StopOnFailure(onFailure));
        disruptor.handleEventsWith(journal);
        disruptor.start();
    }

    /** As {@link io.waxwing.bus.spi.EventBus#publish}. */
    public boolean publish(EventDraft draft, long token, AckSink sink) {
        TopicPolicy policy = topics.policyOf(draft.topic());
        AckPolicy asked = draft.ackWanted() == null ? policy.ack() : draft.ackWanted();
        // Whoever leaves a mark is answered when the mark is written: released before, it would stay for ever.
        AckPolicy wanted = asked == AckPolicy.ACCEPTED && draft.mark() != null ? AckPolicy.DURABLE : asked;
        boolean isLive = policy.deliveryClass() == DeliveryClass.LIVE;
        LiveTopic live = isLive ? topics.live().of(draft.topic()) : null;
        boolean plain = wanted == AckPolicy.ACCEPTED && !draft.retain() && !draft.identified();
        if (live != null && plain && !closing && live.isShut()) {
            return false; // Before the check: what it counts is to be counted once.
        }
        Refusal refusal = check(draft, policy, wanted);
        if (refusal != null) {
            sink.refused(token, refusal);
            return true;
        }
        if (live != null && plain) {
            LiveTopic.Given given = live.give(draft);
            if (given == LiveTopic.Given.TAKEN) {
                metrics.live.increment();
                sink.acknowledged(token, Acknowledgement.ACCEPTED);
            }
            if (given != LiveTopic.Given.TO_WRITE) {
                return given == LiveTopic.Given.TAKEN;
            }
        }
        // Somebody who must not miss it needs it written, so its publisher is told when it is.
        return write(draft, isLive && wanted == AckPolicy.ACCEPTED ? AckPolicy.DURABLE : wanted, token, sink, live);
    }

    private boolean write(EventDraft draft, AckPolicy wanted, long token, AckSink sink, @Nullable LiveTopic live) {
        long ringSequence;
        long bytes = HeldBytes.of(draft.sizeBytes());
        HeldBytes share = held.of(topics.audienceOf(draft.topic()));
        if (!share.take(bytes)) {
            metrics.stalls.increment();
            return false;
        }
        try {
            ringSequence = ring.tryNext();
        } catch (InsufficientCapacityException full) {
            share.release(bytes);
            metrics.stalls.increment();
            return false;
        }
        try {
            ring.get(ringSequence).fill(draft, wanted, token, sink, share);
            ring.get(ringSequence).entered(live);
        } finally {
            ring.publish(ringSequence);
        }
        if (wanted == AckPolicy.ACCEPTED) {
            sink.acknowledged(token, Acknowledgement.ACCEPTED);
        }
        return true;
    }

    /** As {@link io.waxwing.bus.spi.EventBus#publishTogether}. */
    public boolean publishTogether(List<EventDraft> drafts, long token, AckSink sink) {
        List<IntakeSlot> parts = new ArrayList<>(drafts.size());
        for (EventDraft draft : drafts) {
            TopicPolicy policy = topics.policyOf(draft.topic());
            AckPolicy asked = draft.ackWanted() == null ? policy.ack() : draft.ackWanted();
            // What is written together is told when it is written: before, nobody knows whether all will be.
            AckPolicy wanted = asked == AckPolicy.ACCEPTED ? AckPolicy.DURABLE : asked;
            Refusal refusal = check(draft, policy, wanted);
            if (refusal != null) {
                for (int i = 0; i < drafts.size(); i++) {
                    sink.refused(token + i, refusal);
                }
                return true;
            }
            IntakeSlot part = new IntakeSlot();
            part.fill(draft, wanted, token + parts.size(), sink, held.of(topics.audienceOf(draft.topic())));
            parts.add(part);
        }
        return enter(parts);
    }

    /** One place of the ring for all. */
    private boolean enter(List<IntakeSlot> parts) {
        int counted = 0;
        while (counted < parts.size() && parts.get(counted).takeShare()) {
            counted++;
        }
        if (counted == parts.size()) {
            try {
                long ringSequence = ring.tryNext();
                parts.forEach(part -> part.entered(liveTopic(part.draft().topic())));
                ring.get(ringSequence).fill(parts);
                ring.publish(ringSequence);
                return true;
            } catch (InsufficientCapacityException full) {
                // Answered as below.
            }
        }
        parts.subList(0, counted).forEach(IntakeSlot::releaseShare);
        metrics.stalls.increment();
        return false;
    }

    private @Nullable LiveTopic liveTopic(String topic) {
        return topics.policyOf(topic).deliveryClass() == DeliveryClass.LIVE
                ? topics.live().of(topic)
                : null;
    }

    private @Nullable Refusal check(EventDraft draft, TopicPolicy policy, AckPolicy wanted) {
        if (closing) {
            return new Refusal(FailureCode.SHUTTING_DOWN, "no more events are taken");
        }
        if (draft.sizeBytes() > maxEventBytes) {
            return new Refusal(
                    FailureCode.EVENT_TOO_LARGE,
                    "topic, headers and payload have " + draft.sizeBytes() + " bytes, limit " + maxEventBytes
                            + " (limits.event)");
        }
        String reserved = draft.attributes().firstWith(BoundHeaders.RESERVED);
        if (reserved != null) {
            return new Refusal(
                    FailureCode.ATTRIBUTE,
                    "name '" + reserved + "': what begins with '" + BoundHeaders.RESERVED
                            + "' is said by the node that takes an event");
        }
        if (!policy.canGive(wanted)) {
            return new Refusal(
                    FailureCode.WAIT_IMPOSSIBLE,
                    "class '" + policy.deliveryClass().word() + "' cannot be acknowledged as '" + wanted.word() + "'");
        }
        return draft.topic().startsWith("$") ? null : admission.check(draft);
    }

    /** As {@link io.waxwing.bus.spi.TopicDirectory#create}. Waits for the disk: only for pools. */
    public boolean create(String topic, TopicPolicy policy) {
        Refusal refusal = Topic.check(topic);
        if (refusal == null && closing) {
            refusal = new Refusal(FailureCode.SHUTTING_DOWN, "no more topics are made");
        }
        if (refusal != null) {
            throw refusal.asException();
        }
        Answer<Boolean> answer = new Answer<>();
        long ringSequence;
        try {
            ringSequence = ring.tryNext();
        } catch (InsufficientCapacityException full) {
            metrics.stalls.increment();
            throw new RefusedException(FailureCode.NODE_BUSY, "the intake is full");
        }
        try {
            ring.get(ringSequence).fill(new TopicCreation(topic, policy, answer));
        } finally {
            ring.publish(ringSequence);
        }
        return answer.await(
                CREATION_SECONDS,
                TimeUnit.SECONDS,
                new Refusal(FailureCode.NODE_BUSY, "not on the disk after " + CREATION_SECONDS + " s; ask again"));
    }

    /** Takes another node's batch for the journal. False: no room, or no more is taken. Never waits. */
    boolean hold(HoldRequest request) {
        long bytes = request.batch().sizeBytes();
        if (closing || !entrusted.take(bytes)) {
            metrics.holdStalls.increment();
            return false;
        }
        long ringSequence;
        try {
            ringSequence = ring.tryNext();
        } catch (InsufficientCapacityException full) {
            entrusted.release(bytes);
            metrics.holdStalls.increment();
            return false;
        }
        try {
            ring.get(ringSequence).fill(request);
        } finally {
            ring.publish(ringSequence);
        }
        return true;
    }

    /** As {@link io.waxwing.bus.spi.EventBus#whenRoom}. */
    public void whenRoom(String topic, Runnable resume) {
        LiveTopic live = liveTopic(topic);
        if (live != null && !closing && live.await(resume)) {
            return;
        }
        held.of(topics.audienceOf(topic)).await(resume);
        releaseWaiting();
    }

    /**
     * Calls back who found no room, once a quarter of ring and bytes is free; called by journal after each group and by
     * the core thread after it took one.
     */
    public void releaseWaiting() {
        if (ring.remainingCapacity() >= ring.getBufferSize() / 4) {
            held.all().forEach(HeldBytes::releaseWaiting);
        }
    }

    /** Share of the ring in use, 0 to 1. */
    public double utilization() {
        return 1.0 - (double) ring.remainingCapacity() / ring.getBufferSize();
    }

    /** From now on every event is refused: what is behind the ring does not work any more. */
    public void refuseEverything() {
        closing = true;
        topics.live().end();
    }

    /** Refuses new events, waits until journal has written those in the ring, and ends its thread. */
    public void close() throws InterruptedException {
        closing = true;
        topics.live().end();
        try {
            disruptor.shutdown(DRAIN_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            // Journal waits for a core that does not take any more; what it acknowledged is on the disk.
            disruptor.halt();
            Thread waiting = journal;
            if (waiting != null) {
                waiting.interrupt();
                waiting.join(TimeUnit.SECONDS.toMillis(DRAIN_SECONDS));
            }
        }
    }
}
