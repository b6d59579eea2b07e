package io.waxwing.testkit.liar;

import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.simplex.Effects.Outgoing;
import io.waxwing.ledger.simplex.Message;
import io.waxwing.ledger.simplex.SignedVote;
import io.waxwing.ledger.simplex.Vote;
import io.waxwing.testkit.sim.Chance;
import io.waxwing.testkit.sim.SimNode;

/** Nullifies every view as soon as it hears of it and notarizes nothing. */
final class Nullifier extends Liar {
    private long nullified;

    Nullifier(Chance chance) {
        super(chance);
    }

    @Override
    void lie(SimNode self, int to, Message message) {
        boolean vote = message instanceof SignedVote signed && signed.type() != Vote.Type.NULLIFY;
        if (!vote) {
            self.send(to, message);
        }
    }

    @Override
    void heard(SimNode self, int from, Message message) {
        for (long view = Math.max(nullified + 1, self.core().view());
                view <= self.core().view() + 1;
                view++) {
            nullified = view;
            self.send(Outgoing.ALL, self.sign(Vote.Type.NULLIFY, view, Hash.ZERO));
        }
    }
}
