package io.waxwing.testkit.scenario;

import io.waxwing.ledger.control.Quorum;
import io.waxwing.ledger.simplex.Timing;
import io.waxwing.testkit.liar.Liars;
import io.waxwing.testkit.sim.Chance;
import io.waxwing.testkit.sim.Weather;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a seed stands for: who takes part and what goes wrong.
 *
 * @param liars how many validators lie; with the keys that lost their log at most f
 * @param kind what all liars are, null for any of {@link Liars}
 * @param twins how many of the liars are no liars but two honest processes with one key
 * @param amnesiacs how many keys lose their vote log
 * @param faultEveryMs mean virtual time between two faults
 * @param batchEveryMs mean virtual time between two batches
 */
public record Plan(
        int validators,
        int observers,
        int liars,
        @Nullable Liars kind,
        int twins,
        int amnesiacs,
        Set<Fault> faults,
        Weather weather,
        Timing timing,
        int faultEveryMs,
        int batchEveryMs) {
    private static final long MS = 1_000_000;

    /** The kinds of things that go wrong, apart from liars and weather. */
    public enum Fault {
        /** Links are cut, in one or both directions. */
        CUT,
        /** The power of one node fails between or within two effects. */
        CRASH,
        /** The power of all fails at once. */
        BLACKOUT,
        /** Forced writes take long. */
        SLOW_DISK,
        FULL_DISK,
        /** A bit of the vote log or of a stored block changes. */
        BIT_FLIP,
        /** Wall clocks are off and jump. */
        CLOCK,
        /** A vote log is lost or an older copy put back. */
        WIPE,
        /** The data folder is lost, the vote log is not. */
        DATA_LOSS,
        /** Messages in some directions take much longer. */
        LAG,
        /** Vote logs go on in new segments. */
        ROLL
    }

    public Plan {
        faults = faults.isEmpty() ? EnumSet.noneOf(Fault.class) : EnumSet.copyOf(faults);
    }

    /** The mix of a seed: mostly four validators, any faults, at most f liars and lost logs together. */
    public static Plan of(Chance chance) {
        int[] sizes = {4, 4, 4, 4, 4, 4, 4, 1, 2, 3, 5, 7, 10, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4};
        int validators = sizes[chance.below(sizes.length)];
        int faulty = Quorum.faults(validators);
        int liars = chance.below(faulty + 1);
        EnumSet<Fault> faults = EnumSet.noneOf(Fault.class);
        for (Fault fault : Fault.values()) {
            if (chance.oneIn(3)) {
                faults.add(fault);
            }
        }
        int amnesiacs = faults.contains(Fault.WIPE) || faults.contains(Fault.BIT_FLIP) ? faulty - liars : 0;
        long start = 50L << chance.below(4);
        Timing timing = new Timing(start * MS, 2000 * MS, 200 * MS);
        int observers = chance.oneIn(4) ? 1 : 0;
        return new Plan(
                validators,
                observers,
                liars,
                null,
                chance.oneIn(6) ? liars : 0,
                amnesiacs,
                faults,
                Weather.any(chance),
                timing,
                300 << chance.below(4),
                20 << chance.below(4));
    }

    /** So many twins in a split network, and nothing else wrong. */
    public static Plan ofTwins(int validators, int twins, Chance chance) {
        Timing timing = new Timing(100 * MS, 1000 * MS, 200 * MS);
        return new Plan(validators, 0, twins, null, twins, 0, Set.of(), Weather.any(chance), timing, 300, 20);
    }

    /** Four validators, one of them this liar, on a network that is only slow. */
    public static Plan ofLiar(Liars kind, Chance chance) {
        Timing timing = new Timing(100 * MS, 1000 * MS, 200 * MS);
        Weather weather = new Weather(5 * MS, 60 * MS, 5, 5, 0, 0);
        return new Plan(4, 0, 1, kind, 0, 0, Set.of(), weather, timing, 300, 20 << chance.below(3));
    }

    /** How many processes there are. */
    public int processes() {
        return validators + observers + twins;
    }
}
