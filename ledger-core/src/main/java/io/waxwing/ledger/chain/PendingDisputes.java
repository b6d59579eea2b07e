package io.waxwing.ledger.chain;

import io.waxwing.ledger.dispute.Dispute;
import io.waxwing.ledger.dispute.DisputeRules;
import io.waxwing.ledger.dispute.DisputeRules.Place;
import io.waxwing.ledger.dispute.Disputes;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.simplex.Block;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Disputes that wait for a block. Each origin has room for a few of its own, so what one says takes nothing from
 * another. What can stand no more is dropped with the next final block. One thread.
 */
public final class PendingDisputes {
    /** Disputes of one origin that wait. */
    static final int EACH = 8;
    /** Bytes of one origin's disputes that wait: two of the largest. */
    static final int BYTES_EACH = 2 * Dispute.MAX_BYTES;

    /** Refused ones of one origin that are remembered until the next final block. */
    static final int REFUSED_EACH = 32;

    private final Map<Hash, Waiting> waiting = new LinkedHashMap<>();
    private final Map<Integer, Set<Hash>> refused = new HashMap<>();

    private record Waiting(Dispute dispute, int bytes) {}

    /** What became of an offered one. */
    public enum Offer {
        TAKEN,
        KNOWN,
        /** It may not stand behind the last final block. Said again before the next one, it is not looked at. */
        REFUSED,
        NO_ROOM
    }

    /** Takes one that {@code refusal} has nothing against. */
    Offer offer(Dispute dispute, Refusal refusal) {
        byte[] encoded = dispute.encode();
        Hash digest = dispute.digest();
        if (waiting.containsKey(digest)) {
            return Offer.KNOWN;
        }
        int count = 0;
        int bytes = encoded.length;
        for (Waiting other : waiting.values()) {
            if (other.dispute().author() == dispute.author()) {
                count++;
                bytes += other.bytes();
            }
        }
        if (count >= EACH || bytes > BYTES_EACH) {
            return Offer.NO_ROOM;
        }
        Set<Hash> before = refused.computeIfAbsent(dispute.author(), unused -> new HashSet<>());
        if (before.contains(digest)) {
            return Offer.REFUSED;
        }
        if (refusal.of(dispute) != null) {
            if (before.size() < REFUSED_EACH) {
                before.add(digest);
            }
            return Offer.REFUSED;
        }
        waiting.put(digest, new Waiting(dispute, encoded.length));
        return Offer.TAKEN;
    }

    /** Says why one may not stand; null if it may. */
    @FunctionalInterface
    interface Refusal {
        @Nullable String of(Dispute dispute);
    }

    /** What may stand together in the block at that place, within so many bytes. */
    List<Dispute> choose(DisputeRules rules, Disputes before, Place at, int maxBytes) {
        List<Dispute> chosen = new ArrayList<>();
        Disputes now = before;
        int bytes = 0;
        for (Waiting next : waiting.values()) {
            boolean fits = bytes + next.bytes() <= maxBytes && chosen.size() < Block.MAX_CONTROL / 2;
            if (fits && rules.refusal(now, next.dispute(), at) == null) {
                chosen.add(next.dispute());
                bytes += next.bytes();
                now = rules.with(now, next.dispute(), at);
            }
        }
        return chosen;
    }

    /** A block is final: what can stand no more goes. */
    void onFinal(Refusal refusal) {
        refused.clear();
        waiting.values().removeIf(next -> refusal.of(next.dispute()) != null);
    }

    public boolean isWaiting() {
        return !waiting.isEmpty();
    }

    /** Those of one origin, for peers that may not know them. */
    public List<Dispute> by(int originId) {
        return waiting.values().stream()
                .map(Waiting::dispute)
                .filter(dispute -> dispute.author() == originId)
                .toList();
    }
}
