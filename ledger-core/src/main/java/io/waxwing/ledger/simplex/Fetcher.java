package io.waxwing.ledger.simplex;

import io.waxwing.ledger.hash.Hash;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/** Asks validators in turn for block bodies: one request per peer at a time, the next peer after a timeout. */
final class Fetcher {
    /** Most bodies wanted at a time. */
    static final int MAX_WANTED = 64;

    private static final int NOBODY = -1;

    private final Validators validators;
    private final int self;
    private final long waitNanos;
    private final TreeMap<Hash, Want> wanted = new TreeMap<>();
    private int next;

    Fetcher(Validators validators, int self, long waitNanos) {
        this.validators = validators;
        this.self = self;
        this.waitNanos = waitNanos;
        this.next = Math.max(0, self);
    }

    private static final class Want {
        private int asked = NOBODY;
        private int refusals;
        private long askedNanos;
    }

    int size() {
        return wanted.size();
    }

    boolean wants(Hash blockId) {
        return wanted.containsKey(blockId);
    }

    void satisfied(Hash blockId) {
        wanted.remove(blockId);
    }

    /**
     * That peer does not have it: the next one is asked at once, until all were; then it waits like after a timeout.
     */
    void refused(Hash blockId, int peer) {
        Want want = wanted.get(blockId);
        if (want != null && want.asked == peer) {
            want.asked = NOBODY;
            want.refusals++;
        }
    }

    /** Wants exactly these from now on, as many as the bound allows, and asks for those that nobody is asked for. */
    void ask(Collection<Hash> needed, long nowNanos, Outbox out) {
        if (peers() == 0) {
            // One alone that lost a final block has nobody to ask.
            return;
        }
        wanted.keySet().removeIf(blockId -> !needed.contains(blockId));
        for (Hash blockId : needed) {
            if (wanted.size() < MAX_WANTED) {
                wanted.computeIfAbsent(blockId, id -> new Want());
            }
        }
        for (Map.Entry<Hash, Want> entry : wanted.entrySet()) {
            Want want = entry.getValue();
            if (isOut(want) && nowNanos - want.askedNanos >= waitNanos) {
                want.asked = NOBODY;
                want.refusals = 0;
            }
            int peer = isOut(want) ? NOBODY : freePeer();
            if (peer != NOBODY) {
                want.asked = peer;
                want.askedNanos = nowNanos;
                out.send(peer, new BlockRequest(validators.epoch(), entry.getKey()));
            }
        }
    }

    /** True while an answer, or the end of the wait after everybody's refusal, is outstanding. */
    private boolean isOut(Want want) {
        return want.asked != NOBODY || want.refusals >= peers();
    }

    private int peers() {
        return self == Setup.OBSERVER ? validators.size() : validators.size() - 1;
    }

    private int freePeer() {
        for (int tried = 0; tried < validators.size(); tried++) {
            next = (next + 1) % validators.size();
            if (next != self && !isBusy(next)) {
                return next;
            }
        }
        return NOBODY;
    }

    private boolean isBusy(int peer) {
        return wanted.values().stream().anyMatch(want -> want.asked == peer);
    }

    /** When the first wait ends; {@link Long#MAX_VALUE} if none is on. */
    long deadlineNanos() {
        return wanted.values().stream()
                .filter(this::isOut)
                .mapToLong(want -> want.askedNanos + waitNanos)
                .min()
                .orElse(Long.MAX_VALUE);
    }
}
