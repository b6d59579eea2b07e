package io.waxwing.testkit.sim;

/** Numbers from a seed (SplitMix64). Our own, so that a seed means the same on every version of Java. One thread. */
public final class Chance {
    private static final long GAMMA = 0x9e3779b97f4a7c15L;

    private long state;

    public Chance(long seed) {
        this.state = mix(seed + GAMMA);
    }

    /** Any long; equal arguments give equal results. */
    public static long mix(long value) {
        long z = value;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    public long next() {
        state += GAMMA;
        return mix(state);
    }

    /** A number in [0, bound). */
    public int below(int bound) {
        return (int) (((next() >>> 32) * bound) >>> 32);
    }

    /** A number in [from, to). */
    public long between(long from, long to) {
        return from + Math.floorMod(next(), to - from);
    }

    /** True once in so many times. */
    public boolean oneIn(int times) {
        return below(times) == 0;
    }

    /** True with that probability in thousandths. */
    public boolean perMille(int thousandths) {
        return thousandths > 0 && below(1000) < thousandths;
    }

    /** Another source that is independent of what is drawn here later. */
    public Chance fork() {
        return new Chance(next());
    }
}
