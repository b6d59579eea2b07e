package io.waxwing.testkit.check;

import io.waxwing.ledger.simplex.Effects;
import io.waxwing.ledger.simplex.Simplex;
import io.waxwing.testkit.sim.SimNode;
import io.waxwing.testkit.sim.Violation;
import io.waxwing.testkit.sim.Watcher;
import io.waxwing.testkit.sim.World;

/** Law 8: what an honest node keeps stays under its bounds, whatever it is sent. */
public final class BoundsCheck implements Watcher {
    private static final int VOTE_KINDS = 4;
    private static final int WINDOW_VIEWS = 2 * 8 + 1;
    private static final int MAX_WANTED = 64;
    private static final int MAX_BODIES_ON_THE_WAY = 64;
    private static final int EVIDENCE_KINDS = 4;

    // Counting costs more than the step itself; what has grown too large does not vanish by the next look.
    private static final int STEPS_BETWEEN_LOOKS = 32;

    private final int validators;
    private int steps;

    public BoundsCheck(World world) {
        this.validators = world.validators().size();
    }

    @Override
    public void stepped(SimNode node, Effects effects) {
        if (!node.isHonest() || ++steps % STEPS_BETWEEN_LOOKS != 0) {
            return;
        }
        Simplex core = node.core();
        Simplex.Held held = core.held();
        // Every view after the settled one was left by a quorum, so its certificates and block are no liar's doing.
        long open = core.view() - core.settledView();
        require(node, "votes", held.votes(), (long) VOTE_KINDS * validators * WINDOW_VIEWS);
        require(node, "certificates", held.certificates(), 2 * open + 1);
        require(node, "blocks", held.blocks(), 2 * (open + WINDOW_VIEWS) + MAX_BODIES_ON_THE_WAY);
        require(node, "blocks asked for", held.wantedBlocks(), MAX_WANTED);
        require(node, "evidence", held.evidence(), (long) EVIDENCE_KINDS * validators);
    }

    private static void require(SimNode node, String what, int held, long bound) {
        if (held > bound) {
            throw new Violation(
                    "bounds hold", "node " + node.address() + " keeps " + held + " " + what + ", not " + bound);
        }
    }
}
