package io.waxwing.broker.intake;

import io.waxwing.broker.live.LiveTopic;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.spi.AckSink;
import io.waxwing.bus.topic.AckPolicy;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One place of the ring, an event, several that belong together, the creation of a topic or another node's batch:
 * filled by any thread, emptied by journal.
 */
final class IntakeSlot {
    private @Nullable EventDraft draft;
    private AckPolicy wanted = AckPolicy.DURABLE;
    private long token;
    private @Nullable AckSink sink;
    private @Nullable HeldBytes share;
    private @Nullable LiveTopic live;
    private @Nullable TopicCreation creation;
    private @Nullable HoldRequest hold;
    private @Nullable List<IntakeSlot> together;

    /** {@code newShare} counts the event's bytes. */
    void fill(EventDraft newDraft, AckPolicy newWanted, long newToken, AckSink newSink, HeldBytes newShare) {
        share = newShare;
        live = null;
        draft = newDraft;
        wanted = newWanted;
        token = newToken;
        sink = newSink;
    }

    /** Those behind it on its topic wait for it; null if its class is another. Before journal can see it. */
    void entered(@Nullable LiveTopic newLive) {
        live = newLive;
        if (newLive != null) {
            newLive.entered();
        }
    }

    void fill(TopicCreation newCreation) {
        creation = newCreation;
    }

    void fill(HoldRequest newHold) {
        hold = newHold;
    }

    /** Events that are written together; each has a slot that is no place of the ring. */
    void fill(List<IntakeSlot> parts) {
        together = parts;
    }

    /** Null if this is something else. */
    @Nullable List<IntakeSlot> together() {
        return together;
    }

    /** Null if this is something else. */
    @Nullable HoldRequest hold() {
        return hold;
    }

    /** Null if this is something else. */
    @Nullable TopicCreation creation() {
        return creation;
    }

    /** What the publisher waits for, once the topic's policy is known for certain. */
    void wanted(AckPolicy settled) {
        wanted = settled;
    }

    /** Drops the references, or the ring would keep its last lap of payloads alive. */
    void clear() {
        draft = null;
        sink = null;
        share = null;
        live = null;
        creation = null;
        hold = null;
        together = null;
    }

    EventDraft draft() {
        return Objects.requireNonNull(draft);
    }

    @Nullable LiveTopic live() {
        return live;
    }

    HeldBytes share() {
        return Objects.requireNonNull(share);
    }

    /** Counts the event's bytes; false if there is no room for them. */
    boolean takeShare() {
        return share().take(HeldBytes.of(draft().sizeBytes()));
    }

    /** They are gone again. */
    void releaseShare() {
        share().release(HeldBytes.of(draft().sizeBytes()));
    }

    /** Journal has nothing more to do with it, and nobody else has either. */
    void left() {
        releaseShare();
        if (live != null) {
            live.left();
        }
    }

    AckPolicy wanted() {
        return wanted;
    }

    long token() {
        return token;
    }

    AckSink sink() {
        return Objects.requireNonNull(sink);
    }
}
