package io.waxwing.testkit.liar;

import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.simplex.Message;
import io.waxwing.ledger.simplex.SignedVote;
import io.waxwing.ledger.simplex.Vote;
import io.waxwing.testkit.sim.Chance;
import io.waxwing.testkit.sim.SimNode;

/** Nullifies and finalizes the same views. */
final class FinalizeAfterNullify extends Liar {
    FinalizeAfterNullify(Chance chance) {
        super(chance);
    }

    @Override
    void lie(SimNode self, int to, Message message) {
        if (message instanceof SignedVote vote && vote.type() == Vote.Type.NOTARIZE) {
            self.send(to, vote);
            SignedVote nullify = self.sign(Vote.Type.NULLIFY, vote.view(), Hash.ZERO);
            split(self, to, nullify, self.sign(Vote.Type.FINALIZE, vote.view(), vote.blockId()));
        } else {
            self.send(to, message);
        }
    }
}
