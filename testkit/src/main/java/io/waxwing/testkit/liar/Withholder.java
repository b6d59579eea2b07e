package io.waxwing.testkit.liar;

import io.waxwing.ledger.simplex.BlockAnswer;
import io.waxwing.ledger.simplex.Message;
import io.waxwing.ledger.simplex.Proposal;
import io.waxwing.testkit.sim.Chance;
import io.waxwing.testkit.sim.SimNode;
import java.util.List;

/** Shows its blocks to as few as are needed to certify them, and serves no body to anybody. */
final class Withholder extends Liar {
    Withholder(Chance chance) {
        super(chance);
    }

    @Override
    void lie(SimNode self, int to, Message message) {
        if (message instanceof BlockAnswer) {
            return;
        }
        if (!(message instanceof Proposal)) {
            self.send(to, message);
            return;
        }
        List<Integer> others = others(self);
        int needed = self.world().validators().quorum() - 1;
        int first = chance.below(Math.max(1, others.size()));
        for (int i = 0; i < Math.min(needed, others.size()); i++) {
            self.send(others.get((first + i) % others.size()), message);
        }
    }
}
