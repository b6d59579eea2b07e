package io.waxwing.testkit.liar;

import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.simplex.Message;
import io.waxwing.ledger.simplex.Proposal;
import io.waxwing.ledger.simplex.SignedVote;
import io.waxwing.ledger.simplex.Vote;
import io.waxwing.testkit.sim.Chance;
import io.waxwing.testkit.sim.SimNode;

/** Gives two different notarize or finalize votes in one view, to different nodes and sometimes to the same. */
final class DoubleVoter extends Liar {
    DoubleVoter(Chance chance) {
        super(chance);
    }

    @Override
    void lie(SimNode self, int to, Message message) {
        boolean doubles = message instanceof SignedVote vote
                && (vote.type() == Vote.Type.NOTARIZE || vote.type() == Vote.Type.FINALIZE);
        if (!doubles) {
            self.send(to, message);
            return;
        }
        SignedVote vote = (SignedVote) message;
        SignedVote other = self.sign(vote.type(), vote.view(), otherBlock(vote.blockId()));
        split(self, to, vote, other);
    }

    private Hash otherBlock(Hash blockId) {
        for (Proposal proposal : proposals().values()) {
            if (!proposal.block().blockId().equals(blockId) && chance.oneIn(3)) {
                return proposal.block().blockId();
            }
        }
        return Sha256.digest(blockId.toBytes());
    }
}
