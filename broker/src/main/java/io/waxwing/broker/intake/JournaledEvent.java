package io.waxwing.broker.intake;

import io.netty.buffer.ByteBufUtil;
import io.waxwing.anchor.batch.DurableEvent;
import io.waxwing.broker.live.LiveTopic;
import io.waxwing.broker.store.StoredEvent;
import io.waxwing.bus.delivery.Acknowledgement;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.spi.AckSink;
import io.waxwing.bus.topic.AckPolicy;
import io.waxwing.ledger.hash.Hash;
import org.jspecify.annotations.Nullable;

/**
 * An event on its way through the node: what is stored, and who waits for it. Made by journal; handed to the anchor and
 * to dispatch once it is durable. After a restart nobody waits.
 */
public final class JournaledEvent implements DurableEvent {
    /** What an event takes beside its topic, headers and payload when it is given to members. */
    private static final int CARRIED_BYTES = 53;

    private final StoredEvent stored;
    private final TopicState topic;
    private final AckPolicy wanted;
    private final boolean repeatable;
    private final long token;
    private final @Nullable AckSink sink;
    private final long receivedNanos;
    private final @Nullable HeldBytes share;
    private final long heldBytes;
    private final @Nullable LiveTopic live;
    private long position;

    JournaledEvent(StoredEvent stored, TopicState topic, IntakeSlot slot) {
        this.stored = stored;
        this.topic = topic;
        this.wanted = slot.wanted();
        this.repeatable = slot.draft().identified() || slot.draft().mark() != null;
        this.token = slot.token();
        this.sink = slot.sink();
        this.receivedNanos = slot.draft().receivedNanos();
        this.share = slot.share();
        this.heldBytes = HeldBytes.of(slot.draft().sizeBytes());
        this.live = slot.live();
    }

    private JournaledEvent(StoredEvent stored, TopicState topic, boolean repeatable) {
        this.stored = stored;
        this.topic = topic;
        this.wanted = AckPolicy.ACCEPTED;
        this.repeatable = repeatable;
        this.token = 0;
        this.sink = null;
        this.receivedNanos = 0;
        this.share = null;
        this.heldBytes = 0;
        this.live = null;
    }

    /** An event of this node, read back after a restart or given back by a member. */
    public static JournaledEvent recovered(StoredEvent stored, TopicState topic) {
        // Nobody remembers whether it can be repeated, so its eventId is kept by journalSeq in any case.
        return new JournaledEvent(stored, topic, true);
    }

    /** An event of another node: its publisher is told there. */
    static JournaledEvent held(StoredEvent stored, TopicState topic) {
        return new JournaledEvent(stored, topic, false);
    }

    public StoredEvent stored() {
        return stored;
    }

    public TopicState topic() {
        return topic;
    }

    public AckPolicy wanted() {
        return wanted;
    }

    /**
     * Its publisher may say it again and be told what became of it: it has an identity or a mark of a durable session.
     */
    public boolean isRepeatable() {
        return repeatable;
    }

    /** It went to the anchor, or was delivered and need not, or was given up: nothing is counted any more. Once. */
    public void left() {
        if (share != null) {
            share.release(heldBytes);
        }
        if (live != null) {
            live.left();
        }
    }

    /** Monotonic arrival time; 0 after a restart. */
    public long receivedNanos() {
        return receivedNanos;
    }

    /** This node's delivery position; 0 before dispatch delivered it. Only for the core thread. */
    public long position() {
        return position;
    }

    /** Set by dispatch, once. */
    public void position(long newPosition) {
        position = newPosition;
    }

    @Override
    public long journalSeq() {
        return stored.journalSeq();
    }

    @Override
    public Hash topicTag() {
        return topic.topicTag();
    }

    @Override
    public Hash payloadCommit() {
        return stored.commit();
    }

    @Override
    public long originTimeMs() {
        return stored.receivedMs();
    }

    @Override
    public int sizeBytes() {
        return CARRIED_BYTES
                + ByteBufUtil.utf8Bytes(stored.topic())
                + stored.attributes().encoded().length
                + stored.payload().size();
    }

    /** Tells the publisher that the event is durable and the acknowledgement it waits for follows. */
    void durable() {
        if (sink != null) {
            sink.durable(token);
        }
    }

    /** Tells the publisher, if there is one. */
    public void acknowledge(Acknowledgement acknowledgement) {
        if (sink != null) {
            sink.acknowledged(token, acknowledgement);
        }
    }

    /** Tells the publisher that it failed, if there is one that was not told otherwise already. */
    public void refuse(Refusal refusal) {
        if (sink != null && wanted != AckPolicy.ACCEPTED) {
            sink.refused(token, refusal);
        }
    }
}
