package io.waxwing.testkit.liar;

import io.waxwing.ledger.simplex.Message;
import io.waxwing.testkit.sim.Chance;
import io.waxwing.testkit.sim.SimNode;

/** Hears everything and never says a word. */
final class Silent extends Liar {
    Silent(Chance chance) {
        super(chance);
    }

    @Override
    void lie(SimNode self, int to, Message message) {
        // Nothing.
    }
}
