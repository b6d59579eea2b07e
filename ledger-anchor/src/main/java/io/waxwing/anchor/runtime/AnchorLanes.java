package io.waxwing.anchor.runtime;

import io.waxwing.anchor.availability.Audiences;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * This node's lanes, one per audience that it is in. Each has its own numbers, window and certificates, so an audience
 * whose members do not sign stalls its own topics only. The core thread calls everything but {@link #isIdle} and
 * {@link #stalled}.
 */
public final class AnchorLanes<E extends io.waxwing.anchor.batch.DurableEvent> {
    private final Audiences audiences;
    private final LaneFactory<E> factory;
    private final Map<Long, AnchorAgent<E>> lanes = new ConcurrentSkipListMap<>();
    // Of audiences that this node left: their numbers are not given a second time.
    private final Map<Long, AnchorAgent<E>> left = new HashMap<>();
    private final Map<Long, Bound> bound = new HashMap<>();
    private volatile List<Stalled> stalled = List.of();

    private record Bound(long batchSeq, long originSeq) {}

    /** Makes the agent of a lane that is new. */
    @FunctionalInterface
    public interface LaneFactory<E extends io.waxwing.anchor.batch.DurableEvent> {
        AnchorAgent<E> create(Lane lane);
    }

    /**
     * A lane that takes no events.
     *
     * @param lost numbers of batches that it is bound to and whose events neither it nor, so far, any member has;
     *     empty: too many batches wait for signatures or for the ledger
     */
    public record Stalled(Lane lane, List<Long> lost) {
        public Stalled {
            lost = List.copyOf(lost);
        }
    }

    /** The lanes of the audiences that this node is in now. */
    public AnchorLanes(Audiences audiences, LaneFactory<E> factory) {
        this.audiences = audiences;
        this.factory = factory;
        audiences.ids().forEach(this::create);
    }

    private AnchorAgent<E> create(long audienceId) {
        AnchorAgent<E> lane = factory.create(new Lane(audiences.self(), audienceId));
        lanes.put(audienceId, lane);
        return lane;
    }

    /**
     * What this node is bound to in the lane of an audience that it is not in just now; the largest numbers count.
     * Before anything runs.
     */
    public void bind(long audienceId, long batchSeq, long originSeq) {
        bound.merge(
                audienceId,
                new Bound(batchSeq, originSeq),
                (before, now) -> new Bound(
                        Math.max(before.batchSeq(), now.batchSeq()), Math.max(before.originSeq(), now.originSeq())));
    }

    /** After {@link Audiences#onRegistry}. A lane whose audience this node left rests: nobody would sign for it. */
    public void onRegistry() {
        for (long audienceId : List.copyOf(lanes.keySet())) {
            if (!audiences.contains(audienceId)) {
                left.put(audienceId, Objects.requireNonNull(lanes.remove(audienceId)));
            }
        }
        for (long audienceId : audiences.ids()) {
            AnchorAgent<E> rested = left.remove(audienceId);
            if (rested != null) {
                lanes.put(audienceId, rested);
            }
            AnchorAgent<E> lane = lanes.get(audienceId);
            if (lane == null) {
                Bound before = bound.getOrDefault(audienceId, new Bound(0, 0));
                create(audienceId).restore(before.batchSeq(), before.originSeq());
            } else {
                lane.onAudience(audiences.nodes(audienceId));
            }
        }
    }

    /** All of them, in the order of the audiences. */
    public Collection<AnchorAgent<E>> all() {
        return Collections.unmodifiableCollection(lanes.values());
    }

    /** The lane of that audience, or null if this node is not in it. */
    public @Nullable AnchorAgent<E> of(long audienceId) {
        return lanes.get(audienceId);
    }

    public void onApplied(Applied applied) {
        lanes.values().forEach(lane -> lane.onApplied(applied));
        left.values().forEach(lane -> lane.onApplied(applied));
    }

    /** A member says that it holds a batch of this node. The signature is checked. */
    public void onHeld(int from, Hash batchId, ByteString signature) {
        lanes.values().forEach(lane -> lane.onHeld(from, batchId, signature));
    }

    /** One turn of each. */
    public int doWork(long nowNanos) {
        int work = 0;
        for (AnchorAgent<E> lane : lanes.values()) {
            work += lane.doWork(nowNanos);
        }
        lookForStalled();
        return work;
    }

    private void lookForStalled() {
        List<Stalled> now = new ArrayList<>();
        for (AnchorAgent<E> lane : lanes.values()) {
            if (!lane.hasRoom()) {
                List<Long> lost =
                        lane.lost().stream().map(header -> header.batchSeq()).toList();
                now.add(new Stalled(lane.lane(), lost));
            }
        }
        if (!now.equals(stalled)) {
            stalled = List.copyOf(now);
        }
    }

    /** The lanes that took no events after the last turn. Any thread. */
    public List<Stalled> stalled() {
        return stalled;
    }

    /** When {@link #doWork} wants to be called even if nothing arrives; Long.MAX_VALUE for never. */
    public long nextWorkNanos() {
        return lanes.values().stream()
                .mapToLong(AnchorAgent::nextWorkNanos)
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /** True if every event that was taken is final. Any thread. */
    public boolean isIdle() {
        return lanes.values().stream().allMatch(AnchorAgent::isIdle);
    }
}
