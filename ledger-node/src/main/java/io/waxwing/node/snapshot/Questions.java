package io.waxwing.node.snapshot;

import io.waxwing.ledger.spi.PeerLinks;
import io.waxwing.ledger.spi.PeerLinks.Channel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One question at a time to one node, the same node as long as it answers well. One thread. */
final class Questions {
    private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** For so long a node is not asked after an answer that does not hold. */
    private static final long DOWN_NANOS = TimeUnit.SECONDS.toNanos(60);
    /** And after none, or one that did not help. */
    private static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final int NOBODY = -1;

    private final PeerLinks links;
    private final Map<Integer, Long> askAgainNanos = new HashMap<>();
    private @Nullable SnapshotFrame open;
    private int asked = NOBODY;
    private long dueNanos;

    Questions(PeerLinks links) {
        this.links = links;
    }

    List<Integer> reachable() {
        return links.peers().stream()
                .filter(peer -> links.isUp(peer, Channel.SYNC))
                .toList();
    }

    void askAll(SnapshotFrame question) {
        byte[] frame = question.encode();
        for (int peer : reachable()) {
            boolean unused = links.send(peer, Channel.SYNC, frame);
        }
    }

    /** Asks somebody, if nothing is being asked and somebody may be. */
    void ask(SnapshotFrame question, long nowNanos) {
        if (open != null) {
            return;
        }
        List<Integer> peers =
                reachable().stream().filter(peer -> mayAsk(peer, nowNanos)).toList();
        if (peers.isEmpty()) {
            return;
        }
        int peer = peers.stream().filter(one -> one >= asked).findFirst().orElse(peers.get(0));
        if (links.send(peer, Channel.SYNC, question.encode())) {
            asked = peer;
            open = question;
            dueNanos = nowNanos + ANSWER_NANOS;
        }
    }

    private boolean mayAsk(int peer, long nowNanos) {
        Long again = askAgainNanos.get(peer);
        return again == null || nowNanos - again >= 0;
    }

    /** Whether an answer is being waited for. */
    boolean isOpen() {
        return open != null;
    }

    /** Whether a node was asked that has not answered. */
    boolean isAsked(int node) {
        return open != null && asked == node;
    }

    /** The question that was asked, which is answered with this; null if the answer is to none. */
    @Nullable SnapshotFrame answered(int node) {
        SnapshotFrame question = isAsked(node) ? open : null;
        open = question == null ? open : null;
        return question;
    }

    /** True, once, if the answer is late: another node is asked from now on. */
    boolean isLate(long nowNanos) {
        if (open == null || nowNanos - dueNanos < 0) {
            return false;
        }
        open = null;
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
