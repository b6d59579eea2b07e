package io.waxwing.testkit.liar;

import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.simplex.Certificate;
import io.waxwing.ledger.simplex.Effects.Outgoing;
import io.waxwing.ledger.simplex.Message;
import io.waxwing.ledger.simplex.Proposal;
import io.waxwing.ledger.simplex.SignedVote;
import io.waxwing.ledger.simplex.Vote;
import io.waxwing.testkit.sim.Chance;
import io.waxwing.testkit.sim.SimNode;
import java.util.ArrayList;
import java.util.List;

/** Makes certificates of what it has: its own vote again and again, old signatures under new statements, too few. */
final class ForgedCertificates extends Liar {
    ForgedCertificates(Chance chance) {
        super(chance);
    }

    @Override
    void lie(SimNode self, int to, Message message) {
        self.send(to, message);
        if (message instanceof Proposal proposal) {
            Hash blockId = proposal.block().blockId();
            self.send(to, ofOneVoter(self, Vote.Type.NOTARIZE, proposal.view(), blockId));
            self.send(to, ofOneVoter(self, Vote.Type.FINALIZE, proposal.view(), blockId));
        }
    }

    @Override
    public void stir(SimNode self) {
        Certificate old = anyCertificate();
        if (old == null) {
            return;
        }
        long view = self.core().view() + chance.below(3);
        Hash blockId = old.type() == Vote.Type.NULLIFY ? Hash.ZERO : old.blockId();
        self.send(
                Outgoing.ALL, new Certificate(old.type(), old.epoch(), view, blockId, old.voters(), old.signatures()));
        if (old.type() == Vote.Type.NOTARIZE) {
            Certificate asFinal = new Certificate(
                    Vote.Type.FINALIZE, old.epoch(), old.view(), old.blockId(), old.voters(), old.signatures());
            self.send(Outgoing.ALL, asFinal);
        }
        self.send(Outgoing.ALL, ofOneVoter(self, Vote.Type.NULLIFY, view, Hash.ZERO));
    }

    /** As many signatures as are needed, all of the liar itself; the bitmap names the others. */
    private static Certificate ofOneVoter(SimNode self, Vote.Type type, long view, Hash blockId) {
        int quorum = self.world().validators().quorum();
        int validators = self.world().validators().size();
        SignedVote mine = self.sign(type, view, blockId);
        byte[] bitmap = new byte[(validators + 7) / 8];
        List<ByteString> signatures = new ArrayList<>();
        for (int i = 0; i < quorum; i++) {
            int voter = (self.identity() + i) % validators;
            bitmap[voter / 8] |= (byte) (1 << (voter % 8));
            signatures.add(mine.signature());
        }
        return new Certificate(
                type, self.world().validators().epoch(), view, blockId, ByteString.of(bitmap), signatures);
    }
}
