package io.waxwing.testkit.liar;

import io.waxwing.ledger.simplex.Message;
import io.waxwing.testkit.sim.Chance;
import io.waxwing.testkit.sim.SimNode;

/** Says the right thing, often too late. */
final class Slow extends Liar {
    private static final long LATE_NANOS = 3_000_000_000L;

    Slow(Chance chance) {
        super(chance);
    }

    @Override
    void lie(SimNode self, int to, Message message) {
        long late = chance.oneIn(3) ? 0 : chance.between(0, LATE_NANOS);
        self.world().agenda().after(late, () -> self.send(to, message));
    }
}
