package io.waxwing.testkit.check;

import io.waxwing.testkit.sim.SimNode;
import io.waxwing.testkit.sim.Violation;
import io.waxwing.testkit.sim.World;

/** Law 9: after the last fault, everything certified is final at every honest node within 3n views. */
public final class ProgressCheck {
    private final World world;
    private final int[] owed;
    private final long fromView;
    private final long deadlineNanos;
    private long finalView = -1;

    /** From now on there are no more faults; the time is only to notice that no view passes either. */
    public ProgressCheck(World world, long patienceNanos) {
        this.world = world;
        this.owed = new int[world.workload().lanes()];
        for (int lane = 0; lane < owed.length; lane++) {
            owed[lane] = world.workload().last(lane);
        }
        this.fromView = highestView();
        this.deadlineNanos = world.agenda().nowNanos() + patienceNanos;
    }

    /** The highest view of an honest node. */
    public long highestView() {
        long highest = 0;
        for (SimNode node : world.nodes()) {
            if (node.isHonest() && node.isUp()) {
                highest = Math.max(highest, node.core().view());
            }
        }
        return highest;
    }

    private boolean isDone(SimNode node) {
        for (int lane = 0; lane < owed.length; lane++) {
            if (node.ledger().applied(lane) < owed[lane]) {
                return false;
            }
        }
        return true;
    }

    /** True when nothing is owed any more. Throws if it took too long. */
    public boolean isDone() {
        boolean some = false;
        boolean all = true;
        for (SimNode node : world.nodes()) {
            if (node.isHonest() && node.isUp()) {
                boolean done = isDone(node);
                some |= done;
                all &= done;
            }
        }
        if (some && finalView < 0) {
            finalView = highestView();
        }
        long limit = fromView + 3L * world.validators().size();
        if (finalView < 0 && highestView() > limit) {
            throw new Violation(
                    "final within 3n views",
                    "view " + highestView() + " is beyond " + limit + ", not final: " + owing());
        }
        if (!all && world.agenda().nowNanos() > deadlineNanos) {
            throw new Violation("final after the faults stop", "time is up, not final: " + owing());
        }
        return all;
    }

    private String owing() {
        StringBuilder text = new StringBuilder();
        for (SimNode node : world.nodes()) {
            if (!node.isHonest()) {
                continue;
            }
            text.append("\n  node ").append(node.address());
            if (!node.isUp()) {
                text.append(" down");
                continue;
            }
            text.append(" view ")
                    .append(node.core().view())
                    .append(' ')
                    .append(node.core().standing());
            text.append(" height ")
                    .append(node.core().lastApplied().height())
                    .append(' ')
                    .append(node.core().reason());
            for (int lane = 0; lane < owed.length; lane++) {
                text.append(' ').append(node.ledger().applied(lane)).append('/').append(owed[lane]);
            }
        }
        return text.toString();
    }

    /** Views from the last fault to finality of the last batch. */
    public long viewsTaken() {
        return Math.max(0, finalView - fromView);
    }
}
