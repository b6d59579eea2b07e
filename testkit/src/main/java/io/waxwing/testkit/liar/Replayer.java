package io.waxwing.testkit.liar;

import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.simplex.Effects.Outgoing;
import io.waxwing.ledger.simplex.Message;
import io.waxwing.ledger.simplex.SignedVote;
import io.waxwing.ledger.simplex.Vote;
import io.waxwing.testkit.sim.Chance;
import io.waxwing.testkit.sim.SimNode;

/** Gives the votes of others out again as votes of another kind or view, under the signature they came with. */
final class Replayer extends Liar {
    Replayer(Chance chance) {
        super(chance);
    }

    @Override
    void lie(SimNode self, int to, Message message) {
        self.send(to, message);
    }

    @Override
    void heard(SimNode self, int from, Message message) {
        if (message instanceof SignedVote vote && chance.oneIn(2)) {
            replay(self, vote);
        }
    }

    private void replay(SimNode self, SignedVote vote) {
        Vote.Type[] types = {Vote.Type.NOTARIZE, Vote.Type.NULLIFY, Vote.Type.FINALIZE};
        Vote.Type type = types[chance.below(types.length)];
        long view = chance.oneIn(2) ? vote.view() : self.core().view() + chance.below(3);
        Hash blockId = type == Vote.Type.NULLIFY ? Hash.ZERO : vote.blockId();
        self.send(Outgoing.ALL, new SignedVote(type, vote.epoch(), view, blockId, vote.voter(), vote.signature()));
    }
}
