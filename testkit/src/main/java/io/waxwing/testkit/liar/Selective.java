package io.waxwing.testkit.liar;

import io.waxwing.ledger.simplex.Effects.Outgoing;
import io.waxwing.ledger.simplex.Message;
import io.waxwing.testkit.sim.Chance;
import io.waxwing.testkit.sim.SimNode;

/** Says the right thing, but only to some: for a while these, then others. */
final class Selective extends Liar {
    private long friends = -1;

    Selective(Chance chance) {
        super(chance);
    }

    @Override
    void lie(SimNode self, int to, Message message) {
        if (chance.oneIn(40)) {
            friends = chance.next();
        }
        for (int peer : others(self)) {
            boolean meant = to == Outgoing.ALL || to == peer;
            if (meant && (friends >>> peer & 1) == 1) {
                self.send(peer, message);
            }
        }
    }
}
