package io.waxwing.testkit.liar;

import io.waxwing.ledger.simplex.Certificate;
import io.waxwing.ledger.simplex.Effects.Outgoing;
import io.waxwing.ledger.simplex.Message;
import io.waxwing.ledger.simplex.Proposal;
import io.waxwing.ledger.simplex.SignedVote;
import io.waxwing.ledger.simplex.Vote;
import io.waxwing.testkit.sim.Chance;
import io.waxwing.testkit.sim.Mouth;
import io.waxwing.testkit.sim.SimNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What all liars have in common: a core that works and so knows when to lie, and a memory of what was said. A liar has
 * its own key and nobody else's. One thread.
 */
abstract class Liar implements Mouth {
    private static final int REMEMBERED = 64;

    final Chance chance;
    private final TreeMap<Long, Proposal> proposals = new TreeMap<>();
    private final TreeMap<Long, Certificate> notarizations = new TreeMap<>();
    private final TreeMap<Long, Certificate> finalizations = new TreeMap<>();
    private final Deque<SignedVote> votes = new ArrayDeque<>();
    private final Deque<Certificate> certificates = new ArrayDeque<>();

    Liar(Chance chance) {
        this.chance = chance;
    }

    @Override
    public final void hear(SimNode self, int from, Message message) {
        remember(message);
        heard(self, from, message);
    }

    /** Something was heard and is remembered. */
    void heard(SimNode self, int from, Message message) {}

    @Override
    public final void say(SimNode self, int to, Message message) {
        remember(message);
        lie(self, to, message);
    }

    /** Instead of saying that. */
    abstract void lie(SimNode self, int to, Message message);

    private void remember(Message message) {
        if (message instanceof Proposal proposal) {
            proposals.put(proposal.view(), proposal);
            bound(proposals);
            proposal.block().justify().forEach(this::remember);
        } else if (message instanceof Certificate certificate) {
            if (certificate.type() == Vote.Type.NOTARIZE) {
                notarizations.put(certificate.view(), certificate);
                bound(notarizations);
            } else if (certificate.type() == Vote.Type.FINALIZE) {
                finalizations.put(certificate.view(), certificate);
                bound(finalizations);
            }
            keep(certificates, certificate);
        } else if (message instanceof SignedVote vote) {
            keep(votes, vote);
        }
    }

    private static <T> void bound(NavigableMap<Long, T> map) {
        if (map.size() > REMEMBERED) {
            map.pollFirstEntry();
        }
    }

    private static <T> void keep(Deque<T> queue, T value) {
        queue.addLast(value);
        if (queue.size() > REMEMBERED) {
            queue.removeFirst();
        }
    }

    NavigableMap<Long, Proposal> proposals() {
        return proposals;
    }

    @Nullable Certificate notarization(long view) {
        return notarizations.get(view);
    }

    /** Any vote of the last ones heard, or null. */
    @Nullable SignedVote anyVote() {
        return any(votes);
    }

    @Nullable Certificate anyCertificate() {
        return any(certificates);
    }

    private <T> @Nullable T any(Deque<T> queue) {
        List<T> all = new ArrayList<>(queue);
        return all.isEmpty() ? null : all.get(chance.below(all.size()));
    }

    /** The others that are validators. */
    static List<Integer> others(SimNode self) {
        List<Integer> others = new ArrayList<>();
        for (int i = 0; i < self.world().validators().size(); i++) {
            if (i != self.identity()) {
                others.add(i);
            }
        }
        return others;
    }

    /** One message to about half of the others and another one to the rest; both to him who asked for one alone. */
    void split(SimNode self, int to, Message one, Message other) {
        if (to != Outgoing.ALL) {
            self.send(to, one);
            self.send(to, other);
            return;
        }
        for (int peer : others(self)) {
            int share = chance.below(5);
            if (share != 0) {
                self.send(peer, share < 3 ? one : other);
            } else {
                self.send(peer, one);
                self.send(peer, other);
            }
        }
    }
}
