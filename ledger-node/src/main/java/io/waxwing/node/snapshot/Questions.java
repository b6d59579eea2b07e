package io.waxwing.node.snapshot;

import io.waxwing.ledger.spi.PeerLinks;
import io.waxwing.ledger.spi.PeerLinks.Channel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One question at a time to one node: the same node as long as it answers well and at once, else the one that took the
 * least time for its last answer, and first those that were never asked. So a node that is slow on purpose costs one
 * answer's time. One thread.
 */
final class Questions {
    /** Without an answer for so long another node is asked. */
    private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** As long as answers come within this, no other node is tried. */
    private static final long FAST_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    /** For so long a node is not asked after an answer that does not hold. */
    private static final long DOWN_NANOS = TimeUnit.SECONDS.toNanos(60);
    /** And after none, or one that did not help. */
    private static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final int NOBODY = -1;

    private final PeerLinks links;
    private final Map<Integer, Long> askAgainNanos = new HashMap<>();
    private final Map<Integer, Long> tookNanos = new HashMap<>();
    private @Nullable SnapshotFrame open;
    private int asked = NOBODY;
    private long askedNanos;

    Questions(PeerLinks links) {
        this.links = links;
    }

    List<Integer> reachable() {
        return links.peers().stream()
                .filter(peer -> links.isUp(peer, Channel.SYNC))
                .toList();
    }

    /** True if no node could be asked, whatever it has done. */
    boolean isAlone() {
        return reachable().isEmpty();
    }

    void askAll(SnapshotFrame question) {
        byte[] frame = question.encode();
        for (int peer : reachable()) {
            boolean unused = links.send(peer, Channel.SYNC, frame);
        }
    }

    /** Asks somebody, if nothing is being asked and somebody may be. */
    void ask(SnapshotFrame question, long nowNanos) {
        Integer peer = open == null ? next(nowNanos) : null;
        if (peer != null && links.send(peer, Channel.SYNC, question.encode())) {
            asked = peer;
            open = question;
            askedNanos = nowNanos;
        }
    }

    /** True if the next question goes to another node than the one before. */
    boolean turnsToAnother(long nowNanos) {
        Integer next = next(nowNanos);
        return next != null && next != asked;
    }

    private @Nullable Integer next(long nowNanos) {
        List<Integer> peers =
                reachable().stream().filter(peer -> mayAsk(peer, nowNanos)).toList();
        if (peers.contains(asked) && took(asked) <= FAST_NANOS) {
            return asked;
        }
        Integer best = null;
        for (Integer peer : peers) {
            // Of those that are equally fast, the one after the last that was asked.
            boolean better = best == null
                    || took(peer) < took(best)
                    || (took(peer) == took(best) && best <= asked && peer > asked);
            best = better ? peer : best;
        }
        return best;
    }

    private long took(int peer) {
        return tookNanos.getOrDefault(peer, 0L);
    }

    private boolean mayAsk(int peer, long nowNanos) {
        Long again = askAgainNanos.get(peer);
        return again == null || nowNanos - again >= 0;
    }

    /** Whether an answer is being waited for. */
    boolean isOpen() {
        return open != null;
    }

    /** The question that was asked, which is answered with this; null if the answer is to none. */
    @Nullable SnapshotFrame answered(int node, long nowNanos) {
        SnapshotFrame question = asked == node ? open : null;
        if (question != null) {
            open = null;
            tookNanos.put(node, nowNanos - askedNanos);
        }
        return question;
    }

    /** True, once, if the answer is late or its link is lost: another node is asked from now on. */
    boolean isLate(long nowNanos) {
        if (open == null || (nowNanos - askedNanos < ANSWER_NANOS && links.isUp(asked, Channel.SYNC))) {
            return false;
        }
        open = null;
        tookNanos.put(asked, ANSWER_NANOS);
        unhelpful(asked, nowNanos);
        return true;
    }

    void unhelpful(int node, long nowNanos) {
        askAgainNanos.put(node, nowNanos + SLOW_NANOS);
    }

    void wrong(int node, long nowNanos) {
        askAgainNanos.put(node, nowNanos + DOWN_NANOS);
    }
}
