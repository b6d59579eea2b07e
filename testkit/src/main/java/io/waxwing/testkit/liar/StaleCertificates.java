package io.waxwing.testkit.liar;

import io.waxwing.ledger.simplex.Certificate;
import io.waxwing.ledger.simplex.Effects.Outgoing;
import io.waxwing.ledger.simplex.Message;
import io.waxwing.ledger.simplex.SignedVote;
import io.waxwing.testkit.sim.Chance;
import io.waxwing.testkit.sim.SimNode;

/** Repeats old certificates and other people's old votes all the time, and keeps new certificates to itself. */
final class StaleCertificates extends Liar {
    StaleCertificates(Chance chance) {
        super(chance);
    }

    @Override
    void lie(SimNode self, int to, Message message) {
        if (!(message instanceof Certificate)) {
            self.send(to, message);
        }
        Certificate old = chance.oneIn(3) ? anyCertificate() : null;
        if (old != null) {
            self.send(to, old);
        }
    }

    @Override
    public void stir(SimNode self) {
        for (int i = 0; i < 4; i++) {
            Certificate certificate = anyCertificate();
            SignedVote vote = anyVote();
            if (certificate != null && vote != null) {
                self.send(Outgoing.ALL, certificate);
                self.send(Outgoing.ALL, vote);
            }
        }
    }
}
