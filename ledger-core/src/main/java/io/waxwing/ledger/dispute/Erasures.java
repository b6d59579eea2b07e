package io.waxwing.ledger.dispute;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.leaf.EraseLeaf;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the ledger remembers of erasures: the time of each origin's last order, so that none is said twice. Bytes, only
 * if there is any, so that ledgers without erasures have the records that they always had: u8 0xe5, u16 count || (u16
 * origin, u64 time)*, u16 count || (10 challenge, {@link ErasedEvents} of its batch)*. Immutable.
 */
final class Erasures {
    static final Erasures NONE = new Erasures(new TreeMap<>());

    /** No CONFIG leaf, which comes next, begins like that. */
    private static final int MARK = 0xe5;

    private final NavigableMap<Integer, Long> last;

    private Erasures(NavigableMap<Integer, Long> last) {
        this.last = last;
    }

    long lastMs(int originId) {
        return last.getOrDefault(originId, 0L);
    }

    Erasures with(EraseLeaf leaf) {
        NavigableMap<Integer, Long> next = new TreeMap<>(last);
        next.merge(leaf.originId(), leaf.timeMs(), Math::max);
        return new Erasures(next);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Erasures that && last.equals(that.last);
    }

    @Override
    public int hashCode() {
        return last.hashCode();
    }

    void writeTo(Collection<OpenChallenge> challenges, ByteWriter out) {
        if (last.isEmpty()) {
            return;
        }
        out.u8(MARK).u16(last.size());
        last.forEach((origin, timeMs) -> out.u16(origin).u63(timeMs));
        List<OpenChallenge> affected = challenges.stream()
                .filter(challenge -> !challenge.erased().isEmpty())
                .toList();
        out.u16(affected.size());
        affected.forEach(challenge -> {
            challenge.id().writeTo(out);
            challenge.erased().writeTo(out);
        });
    }

    /** Completes the challenges too. */
    static Erasures readFrom(ByteReader in, NavigableMap<ChallengeId, OpenChallenge> challenges) {
        if (!in.takes(MARK)) {
            return NONE;
        }
        NavigableMap<Integer, Long> last = new TreeMap<>();
        for (int left = in.u16(); left > 0; left--) {
            last.put(in.u16(), in.u63("the time of an erasure"));
        }
        for (int left = in.u16(); left > 0; left--) {
            ChallengeId id = ChallengeId.readFrom(in);
            ErasedEvents events = ErasedEvents.readFrom(in);
            OpenChallenge of = challenges.get(id);
            if (of == null) {
                throw in.malformed("erasures for challenge " + id + ", which is not there");
            }
            challenges.put(id, of.with(events));
        }
        return new Erasures(last);
    }
}
