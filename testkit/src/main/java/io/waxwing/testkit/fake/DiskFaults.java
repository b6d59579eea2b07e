package io.waxwing.testkit.fake;

/**
 * Decides what goes wrong at each step of a simulated disk. A step is one write or force; a crash happens just before
 * or just after its effect, a refusal (disk full) instead of it.
 */
public final class DiskFaults {
    private long steps;
    private long crashAtStep = -1;
    private boolean crashAfterEffect;
    private boolean refusing;
    private long refuseFromStep = Long.MAX_VALUE;

    /** The process ends here. Not an exception that code under test would catch. */
    public static final class Crash extends Error {
        private static final long serialVersionUID = 1L;

        private final boolean afterEffect;

        Crash(String what, boolean afterEffect) {
            super("simulated crash " + (afterEffect ? "after " : "before ") + what);
            this.afterEffect = afterEffect;
        }

        /** What was under way is on the disk. */
        public boolean isAfterEffect() {
            return afterEffect;
        }
    }

    /** Crash at that step (0 is the first from now on), before or after its effect. */
    public void crashAt(long step, boolean afterEffect) {
        crashAtStep = steps + step;
        crashAfterEffect = afterEffect;
    }

    /** While true, every write is refused as on a full disk. */
    public void refuse(boolean full) {
        refusing = full;
        refuseFromStep = Long.MAX_VALUE;
    }

    /** The disk is full from that step on (0 is the first from now on), until {@link #refuse} says otherwise. */
    public void refuseFrom(long step) {
        refuseFromStep = steps + step;
    }

    /** How many steps there were. */
    public long steps() {
        return steps;
    }

    public boolean refuses() {
        return refusing || steps >= refuseFromStep;
    }

    /** Runs a write's effect with the faults planned for its step. */
    void step(String what, Runnable effect) {
        long step = steps;
        steps++;
        if (step == crashAtStep && !crashAfterEffect) {
            throw new Crash(what, false);
        }
        effect.run();
        if (step == crashAtStep) {
            throw new Crash(what, true);
        }
    }
}
